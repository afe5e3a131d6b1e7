source("common.R")
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
