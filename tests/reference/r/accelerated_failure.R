source("common.R")
# The arm alone; log(scale) is minus the logarithm of the shape, and -coefficient / scale the logarithm of the hazard ratio.
# The robust error of weighted rows is that of the weighted residuals: survreg's own (survival 3.5) leaves their weights out.
weibull <- function(d, ...) {
  exact <- survreg.control(rel.tolerance = 1e-14, toler.chol = 1e-14, maxiter = 100)
  do.call("survreg", list(Surv(time, event) ~ arm, data = d, dist = "weibull", control = exact, ...))
}
estimates <- function(fit, variance = fit$var) c(unname(coef(fit)), log(fit$scale), errors(variance))
sandwich <- function(fit, cluster) crossprod(rowsum(residuals(fit, "dfbeta", weighted = TRUE), cluster))
hazard <- function(fit, variance = fit$var) {
  b <- unname(coef(fit))[2]
  gradient <- c(0, -1, b) / fit$scale
  c(-b / fit$scale, sqrt(drop(gradient %*% variance %*% gradient)))
}
keep(list(
  weibull = function(d) estimates(weibull(d)),
  robust = function(d) errors(weibull(d, robust = TRUE)$var),
  weighted = function(d) with(list(fit = weibull(d, weights = d$weight)), estimates(fit, sandwich(fit, seq_len(nrow(d))))),
  clustered = function(d) with(list(fit = weibull(d, weights = d$weight)), estimates(fit, sandwich(fit, d$cluster))),
  hazard = function(d) hazard(weibull(d)),
  hazard_clustered = function(d) with(list(fit = weibull(d, weights = d$weight)), hazard(fit, sandwich(fit, d$cluster)))
))
