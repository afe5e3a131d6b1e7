source("common.R")
# The sandwich of Mancl and DeRouen: residuals by cluster U, their share in the information O by central differences of R's own
# score residuals at coefficients held fixed, V (I - O V)^-1 U; errors, then Satterthwaite's degrees of freedom.
corrected <- function(d, cluster, ...) {
  fit <- cox(d, cluster = cluster, ...)
  b <- fit$coefficients
  V <- fit$naive.var
  at <- function(b) {
    held <- do.call("coxph", list(model(d), data = d, init = b, control = coxph.control(iter.max = 0), ...))
    rowsum(as.matrix(residuals(held, "score", weighted = TRUE)), cluster)
  }
  steps <- 1e-4 / apply(model.matrix(fit), 2, sd)
  shares <- lapply(seq_along(b), function(j) {
    step <- replace(0 * b, j, steps[j])
    (at(b - step) - at(b + step)) / (2 * steps[j])
  })
  U <- at(b)
  parts <- t(sapply(seq_len(nrow(U)), function(i) {
    O <- sapply(shares, function(share) share[i, ])
    V %*% solve(diag(length(b)) - O %*% V, U[i, ])
  }))
  c(sqrt(colSums(parts^2)), 2 * colSums(parts^2)^2 / colSums(parts^4))
}
keep(list(
  efron = function(d) with(cox(d), list(coefficients, errors(var), loglik)),
  breslow = function(d) with(cox(d, ties = "breslow"), list(coefficients, errors(var), loglik)),
  robust = function(d) errors(cox(d, robust = TRUE)$var),
  clustered = function(d) errors(cox(d, cluster = d$cluster)$var),
  clustered_breslow = function(d) errors(cox(d, ties = "breslow", cluster = d$cluster)$var),
  two_clusterings = function(d) {
    of <- function(code) cox(d, cluster = code)$var
    both <- of(d$cluster) + of(d$group) - of(d$cluster * 10 + d$group)
    both[upper.tri(both, diag = TRUE)]
  },
  weighted = function(d) with(cox(d, weights = d$weight, robust = TRUE), list(coefficients, errors(naive.var), errors(var), loglik)),
  weighted_breslow = function(d) {
    with(cox(d, weights = d$weight, ties = "breslow", cluster = d$cluster), list(coefficients, errors(naive.var), errors(var), loglik))
  },
  corrected = function(d) corrected(d, seq_len(nrow(d)), weights = d$weight),
  corrected_clustered = function(d) corrected(d, d$cluster),
  stratified = function(d) {
    found <- cox(d, model(d, more = "+ strata(stratum)"), weights = d$weight, cluster = d$cluster)
    list(found$coefficients, errors(found$naive.var), errors(found$var), found$loglik)
  },
  late_entry = function(d) {
    found <- cox(d, model(d, "Surv(entry, time, event)", "+ strata(stratum)"), weights = d$weight, cluster = d$cluster)
    list(found$coefficients, errors(found$naive.var), errors(found$var), found$loglik)
  },
  periods = function(d) {
    cuts <- times_of(d)[c(2, 4)]
    one <- function(from, to) {
      rows <- d$time > from
      if (!any(d$event[rows] & d$time[rows] <= to)) return(list(coefficients = NA, var = NA))
      coxph(Surv(pmin(time, to), event & time <= to) ~ arm, d[rows, ], control = tight)
    }
    unlist(lapply(list(c(-Inf, cuts[1]), cuts, c(cuts[2], Inf)), function(p) with(one(p[1], p[2]), c(coefficients, sqrt(var)))))
  }
))
