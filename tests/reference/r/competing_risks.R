source("common.R")
suppressPackageStartupMessages(library(cmprsk))
incidence <- function(table, ...) {
  fit <- do.call("survfit", list(Surv(time, factor(cause, 0:2)) ~ 1, data = table, ...))
  seen <- summary(fit, times = times_of(table))
  c(seen$pstate[, 2:3], seen$lower[, 2:3], seen$upper[, 2:3])
}
columns <- function(table) as.matrix(table[, c("arm", covariates(table))])
keep(list(
  incidence_log = function(d) incidence(d),
  incidence_loglog = function(d) incidence(d, conf.type = "log-log"),
  incidence_plain = function(d) incidence(d, conf.type = "plain"),
  incidence_weighted = function(d) incidence(d, weights = d$weight, id = seq_len(nrow(d))),
  gray = function(d) cuminc(d$time, d$cause, d$arm)$Tests[, "stat"],
  gray_of_groups = function(d) cuminc(d$time, d$cause, d$group, strata = d$stratum, rho = .5)$Tests[, "stat"],
  fine_gray = function(d) {
    fit <- crr(d$time, d$cause, columns(d), failcode = 1, cencode = 0, gtol = 1e-14, maxiter = 40)
    list(fit$coef, errors(fit$var), errors(fit$invinf), fit$loglik.null, fit$loglik)
  },
  fine_gray_other = function(d) {
    fit <- crr(d$time, d$cause, columns(d)[, 1:3], failcode = 2, cencode = 0, gtol = 1e-14, maxiter = 40)
    list(fit$coef, errors(fit$var))
  },
  fine_gray_counted_twice = function(d) {
    d <- d[seq_len(min(nrow(d), 300)), ]
    d <- d[rep(seq_len(nrow(d)), 1 + seq_len(nrow(d)) %% 2), ]
    crr(d$time, d$cause, columns(d)[, 1:3], failcode = 1, cencode = 0, gtol = 1e-14, maxiter = 40)$coef
  },
  cause_specific = function(d) {
    fit <- cox(d, model(d, "Surv(time, cause == 1)"))
    list(fit$coefficients, errors(fit$var))
  }
), c(sets[c("colon", "pbc", "mgus2")], list(transplant = read("transplant"))))
