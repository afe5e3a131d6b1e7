source("common.R")
transplants <- function(d) transform(d, id = seq_len(nrow(d)), act = ifelse(is.na(act), Inf, act))
clones <- function(d, grace, adjusted) {
  d <- transplants(d)
  soon <- d$act <= grace
  early <- transform(d, focal = 1, entry = -1, stop = ifelse(soon, time, pmin(time, grace)), died = ifelse(soon | time <= grace, event, 0))
  late <- transform(d, focal = 0, entry = -1, stop = ifelse(soon, pmin(time, act), time), died = ifelse(soon & act < time, 0, event))
  late$broken <- as.numeric(soon & d$act < d$time)
  here <- d$time > grace
  kept <- rep(1, nrow(d))
  kept[here] <- mean(soon[here])
  cuts <- sort(unique(late$stop[late$broken == 1]))
  if (adjusted) {
    kept[here] <- fitted(glm(soon[here] ~ x1 + x2, binomial, d[here, ], control = glm.control(epsilon = 1e-14)))
    model <- coxph(Surv(stop, broken) ~ x1 + x2, late, ties = "breslow", control = tight)
    hazard <- survfit(model, newdata = d, stype = 2, ctype = 1)
    remains <- rbind(1, as.matrix(hazard$surv)[match(cuts, hazard$time), ])
  } else {
    fit <- survfit(Surv(stop, broken) ~ 1, late)
    remains <- matrix(c(1, fit$surv[match(cuts, fit$time)]), length(cuts) + 1, nrow(d))
  }
  pieces <- function(table, cut) survSplit(Surv(entry, stop, died) ~ ., table, cut = cut)[, c("id", "focal", "entry", "stop", "died")]
  early <- pieces(early, grace)
  early$weight <- ifelse(early$entry >= grace, 1 / kept[early$id], 1)
  late <- pieces(late, cuts)
  late$weight <- 1 / remains[cbind(findInterval(late$entry, cuts) + 1, late$id)]
  fit <- coxph(Surv(entry, stop, died) ~ focal, rbind(early, late), weights = weight, cluster = id, control = tight)
  list(fit$coefficients, errors(fit$var))
}
keep(list(
  naive = function(d) coxph(Surv(time, event) ~ arm, d, control = tight)$coefficients,
  landmark = function(d) unlist(lapply(c(15, 30, 60, 90), function(day) {
    d <- transplants(d[d$time > day, ])
    fit <- coxph(Surv(time - day, event) ~ I(act <= day), d, control = tight)
    c(nrow(d), sum(d$act <= day), fit$coefficients, sqrt(fit$var))
  })),
  time_dependent = function(d) {
    fit <- coxph(Surv(entry, time, event) ~ arm, read("heart"), cluster = cluster, control = tight)
    list(fit$coefficients, errors(fit$naive.var), errors(fit$var))
  },
  clone_censor_weight = function(d) list(clones(d, 30, FALSE), clones(d, 60, FALSE)),
  clone_censor_weight_adjusted = function(d) list(clones(d, 30, TRUE), clones(d, 60, TRUE))
), list(jasa = read("jasa")))
