source("common.R")
test <- function(transform) function(table) {
  cox.zph(cox(table), transform = transform)$table[, "chisq"]
}
# Scaled residuals of the first deaths, sums over all of them, and their variance.
residuals_of <- function(...) function(table) {
  z <- do.call("cox.zph", list(cox(table, ...)))
  c(head(z$y, 30), colSums(z$y), colSums(z$y^2), z$var)
}
# What plot.cox.zph draws of the arm: its smooth and the distance of the limits.
smooth <- function(table) {
  z <- cox.zph(cox(table))
  at <- seq(min(z$x), max(z$x), length.out = 40)
  basis <- splines::ns(c(at, z$x), df = 4, intercept = TRUE)
  drawn <- basis[1:40, ]
  fitted <- qr(basis[-(1:40), ])
  half <- backsolve(fitted$qr[1:4, 1:4], diag(4))
  c(drawn %*% qr.coef(fitted, z$y[, 1]), 2 * sqrt(z$var[1, 1] * rowSums((drawn %*% half %*% t(half)) * drawn)))
}
keep(list(
  residuals = residuals_of(), residuals_breslow = residuals_of(ties = "breslow"),
  residuals_weighted = function(d) residuals_of(weights = d$weight)(d), smooth = smooth,
  km = test("km"), rank = test("rank"), identity = test("identity"), log = function(d) test("log")(d[d$time > 0, ]),
  breslow = function(d) cox.zph(cox(d, ties = "breslow"))$table[, "chisq"],
  weighted = function(d) cox.zph(cox(d, weights = d$weight))$table[, "chisq"],
  stratified = function(d) cox.zph(cox(d, model(d, more = "+ strata(stratum)")))$table[, "chisq"]
))
