source("common.R")
# Left truncation: everything of arms alone, with rows at risk in (entry, time].
late <- function(table, ...) do.call("survfit", list(Surv(entry, time, event) ~ 1, data = table, ...))
by_arm <- function(table, compute) unlist(lapply(split(table, table$arm), compute))
at <- function(fit, times) {
  last <- max(fit$time)
  seen <- summary(fit, times = times[times <= last])
  pad <- function(x) c(x, rep(NA, sum(times > last)))
  c(pad(seen$surv), pad(seen$lower), pad(seen$upper))
}
curve <- function(kind) function(table) {
  by_arm(table, function(d) {
    fit <- late(d, conf.type = kind)
    c(summary(fit)$table[c("median", "0.95LCL", "0.95UCL")], at(fit, times_of(table)))
  })
}
# survdiff takes no entry. The log-rank test written out: observed, expected and hypergeometric variance of the first arm.
log_rank <- function(d, strata = rep(0, nrow(d))) {
  sums <- c(0, 0)
  for (s in unique(strata)) {
    of <- d[strata == s, ]
    for (t in unique(of$time[of$event == 1])) {
      risk <- of$entry < t & of$time >= t
      n <- sum(risk)
      n1 <- sum(risk & of$arm == 1)
      died <- sum(of$event == 1 & of$time == t)
      died1 <- sum(of$event == 1 & of$time == t & of$arm == 1)
      spread <- if (n > 1) died * n1 / n * (1 - n1 / n) * (n - died) / (n - 1) else 0
      sums <- sums + c(died1 - died * n1 / n, spread)
    }
  }
  sums[1]^2 / sums[2]
}
untied <- function(d) within(d, {
  time <- time + seq_along(time) / (4 * length(time))
})
keep(list(
  kaplan_meier_log = curve("log"),
  kaplan_meier_loglog = curve("log-log"),
  kaplan_meier_plain = curve("plain"),
  kaplan_meier_weighted = function(d) {
    by_arm(d, function(a) at(late(a, weights = a$weight, id = seq_len(nrow(a)), robust = TRUE), times_of(d)))
  },
  at_risk = function(d) {
    by_arm(d, function(a) vapply(times_of(d), function(t) sum((a$entry < t | a$entry == 0) & a$time >= t), 0))
  },
  follow_up = function(d) by_arm(d, function(a) {
    summary(survfit(Surv(entry, time, 1 - event) ~ 1, a))$table["median"]
  }),
  restricted_mean = function(d) {
    by_arm(d, function(a) summary(late(a), rmean = horizon_of(d))$table[c("rmean", "se(rmean)")])
  },
  restricted_mean_weighted = function(d) by_arm(d, function(a) {
    fit <- late(a, weights = a$weight, id = seq_len(nrow(a)))
    parts <- residuals(fit, times = horizon_of(d), type = "rmst", weighted = TRUE)
    c(summary(fit, rmean = horizon_of(d))$table["rmean"], sqrt(sum(parts^2)))
  }),
  log_rank = function(d) c(log_rank(d), log_rank(d, d$stratum)),
  log_rank_untied = function(d) coxph(Surv(entry, time, event) ~ arm, untied(d), control = tight)$score,
  log_rank_weighted = function(d) {
    response <- "Surv(entry, time, event) ~ arm"
    one <- coxph(as.formula(response), d, weights = weight, ties = "breslow", cluster = seq_len(nrow(d)))
    two <- coxph(as.formula(paste(response, "+ strata(stratum)")), d, weights = weight, ties = "breslow", cluster = cluster)
    c(one$rscore, two$rscore)
  },
  proportional_hazards = function(d) {
    fit <- do.call("coxph", list(Surv(entry, time, event) ~ arm, data = d, control = tight))
    vapply(c("km", "identity", "log"), function(scale) cox.zph(fit, transform = scale)$table["arm", "chisq"], 0)
  },
  periods = function(d) {
    cuts <- times_of(d)[c(2, 4)]
    one <- function(from, to) {
      rows <- d$time > from & d$entry < to
      if (!any(d$event[rows] & d$time[rows] <= to)) return(list(coefficients = NA, var = NA))
      coxph(Surv(pmax(entry, from), pmin(time, to), event & time <= to) ~ arm, d[rows, ], control = tight)
    }
    unlist(lapply(list(c(-1, cuts[1]), cuts, c(cuts[2], Inf)), function(p) with(one(p[1], p[2]), c(coefficients, sqrt(var)))))
  }
))
