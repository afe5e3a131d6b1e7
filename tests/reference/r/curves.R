source("common.R")
by_arm <- function(table, compute) unlist(lapply(split(table, table$arm), compute))
at <- function(fit, times) {
  last <- max(fit$time)
  seen <- summary(fit, times = times[times <= last])
  pad <- function(x) c(x, rep(NA, sum(times > last)))
  c(pad(seen$surv), pad(seen$lower), pad(seen$upper))
}
curve <- function(kind) function(table) {
  by_arm(table, function(d) {
    fit <- curve_of(d, conf.type = kind)
    c(summary(fit)$table[c("median", "0.95LCL", "0.95UCL")], at(fit, times_of(table)))
  })
}
keep(list(
  kaplan_meier_log = curve("log"),
  kaplan_meier_loglog = curve("log-log"),
  kaplan_meier_plain = curve("plain"),
  kaplan_meier_weighted = function(d) {
    by_arm(d, function(a) at(curve_of(a, weights = a$weight, robust = TRUE), times_of(d)))
  },
  follow_up = function(d) by_arm(d, function(a) summary(survfit(Surv(time, 1 - event) ~ 1, a))$table["median"]),
  restricted_mean = function(d) {
    by_arm(d, function(a) summary(curve_of(a), rmean = horizon_of(d))$table[c("rmean", "se(rmean)")])
  },
  restricted_mean_weighted = function(d) by_arm(d, function(a) {
    fit <- curve_of(a, weights = a$weight)
    parts <- residuals(fit, times = horizon_of(d), type = "rmst", weighted = TRUE)
    c(summary(fit, rmean = horizon_of(d))$table["rmean"], sqrt(sum(parts^2)))
  }),
  log_rank = function(d) survdiff(Surv(time, event) ~ arm, d)$chisq,
  log_rank_stratified = function(d) survdiff(Surv(time, event) ~ arm + strata(stratum), d)$chisq,
  log_rank_rho = function(d) {
    c(survdiff(Surv(time, event) ~ arm, d, rho = 1)$chisq, survdiff(Surv(time, event) ~ arm + strata(stratum), d, rho = .5)$chisq)
  },
  log_rank_of_groups = function(d) {
    c(survdiff(Surv(time, event) ~ group, d)$chisq, survdiff(Surv(time, event) ~ group, d, rho = 1)$chisq)
  },
  log_rank_weighted = function(d) {
    one <- coxph(Surv(time, event) ~ arm, d, weights = weight, ties = "breslow", robust = TRUE)
    two <- coxph(Surv(time, event) ~ arm + strata(stratum), d, weights = weight, ties = "breslow", cluster = cluster)
    c(one$rscore, two$rscore)
  }
))
