source("common.R")
# Forward by likelihood ratio, the arm forced in: p below .05 enters, above .10 leaves.
lr <- function(d, small, large) {
  fit <- function(names) coxph(as.formula(paste("Surv(time, event) ~", paste(c("arm", names), collapse = "+"))), d, control = tight)$loglik[2]
  pchisq(2 * (fit(large) - fit(small)), 1, lower.tail = FALSE)
}
forward <- function(d) {
  inside <- character()
  repeat {
    rest <- setdiff(covariates(d), inside)
    if (!length(rest)) break
    p <- vapply(rest, function(name) lr(d, inside, c(inside, name)), 0)
    if (min(p) >= .05) break
    inside <- c(inside, rest[which.min(p)])
    out <- vapply(inside, function(name) lr(d, setdiff(inside, name), inside), 0)
    if (max(out) > .10) inside <- setdiff(inside, inside[which.max(out)])
  }
  match(inside, covariates(d))
}
keep(list(
  forward = forward,
  univariable = function(d) vapply(covariates(d), function(name) {
    summary(coxph(as.formula(paste("Surv(time, event) ~", name)), d, control = tight))$logtest["pvalue"]
  }, 0),
  wald = function(d) {
    fit <- coxph(model(d), d, cluster = cluster, control = tight)
    drop(coef(fit) %*% solve(vcov(fit), coef(fit)))
  },
  interaction = function(d) {
    together <- coxph(Surv(time, event) ~ arm * factor(stratum), d, control = tight)
    2 * (together$loglik[2] - coxph(Surv(time, event) ~ arm + factor(stratum), d, control = tight)$loglik[2])
  }
))
