# Rscript make_reference.R DATA_FOLDER OUT.json: the numbers our statistics are held against.
suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
options(warn = -1)

as_json <- function(x) {
  if (is.list(x)) {
    return(paste0("{", paste0("\"", names(x), "\": ", vapply(x, as_json, ""), collapse = ", "), "}"))
  }
  text <- ifelse(is.na(x), "null", format(as.numeric(x), digits = 15, trim = TRUE, scientific = 15))
  paste0("[", paste(text, collapse = ", "), "]")
}

lung <- read.csv(file.path(arguments[1], "lung.csv"))
lung$event <- lung$status == 2
lung$site <- ifelse(is.na(lung$inst), 99, lung$inst)
complete <- lung[!is.na(lung$ph.ecog), ]

curve <- function(kind) {
  fit <- survfit(Surv(time, event) ~ sex, lung, conf.type = kind)
  at <- summary(fit, times = c(100, 365.25, 800), extend = FALSE)
  list(
    median = as.vector(t(summary(fit)$table[, c("median", "0.95LCL", "0.95UCL")])),
    survival = at$surv, low = at$lower, high = at$upper, at_risk = at$n.risk
  )
}
three <- coxph(Surv(time, event) ~ age + sex + ph.ecog, complete)
strata <- coxph(Surv(time, event) ~ age + sex + strata(site), complete, cluster = site)
breslow <- coxph(Surv(time, event) ~ age + sex + ph.ecog, complete, ties = "breslow", cluster = site)
sex_robust <- coxph(Surv(time, event) ~ sex, lung, robust = TRUE)
zph <- function(scale) as.vector(cox.zph(three, transform = scale)$table[, "chisq"])
rmst <- function(k) unname(summary(survfit(Surv(time, event) ~ 1, lung[lung$sex == k, ]), rmean = 730.5)$table[5:6])
plain <- survdiff(Surv(time, event) ~ sex, lung)
by_site <- survdiff(Surv(time, event) ~ sex + strata(site), lung)

lalonde <- read.csv(file.path(arguments[1], "lalonde.csv"))
lalonde$race <- factor(lalonde$race, levels = c("black", "hispan", "white"))
score <- glm(treat ~ age + educ + race + married + nodegree + re74 + re75, binomial, lalonde)
treated <- lalonde[lalonde$treat == 1, ]
control <- lalonde[lalonde$treat == 0, ]
exact <- function(x, n, level = 0.95) as.vector(binom.test(x, n, conf.level = level)$conf.int)
paired <- function(b, c) mcnemar.test(matrix(c(40, c, b, 31), 2))$p.value
response <- rbind(c(31, 18), c(24, 40))
rare <- rbind(c(4, 1), c(30, 35))
few <- rbind(c(3, 1), c(2, 8), c(4, 4))

numbers <- list(
  kaplan_meier = list(log = curve("log"), loglog = curve("log-log"), plain = curve("plain")),
  follow_up = as.vector(summary(survfit(Surv(time, !event) ~ sex, lung))$table[, "median"]),
  rmst = c(rmst(1), rmst(2)),
  log_rank = c(plain$chisq, pchisq(plain$chisq, 1, lower.tail = FALSE), by_site$chisq),
  cox_efron = list(coefficients = three$coefficients, variance = three$var, log_likelihood = three$loglik),
  cox_robust_sex = list(coefficients = sex_robust$coefficients, se = sqrt(diag(sex_robust$var))),
  cox_strata = list(coefficients = strata$coefficients, variance = strata$naive.var, robust = strata$var),
  cox_breslow = list(coefficients = breslow$coefficients, variance = breslow$naive.var, robust = breslow$var),
  zph = list(km = zph("km"), rank = zph("rank"), identity = zph("identity"), log = zph("log")),
  score = list(
    coefficients = score$coefficients, se = summary(score)$coefficients[, 2],
    sd = c(sd(fitted(score)), sd(score$linear.predictors))
  ),
  tests = list(
    welch = c(t.test(treated$age, control$age)$statistic, t.test(treated$age, control$age)$parameter,
              t.test(treated$age, control$age)$p.value),
    wilcoxon = c(wilcox.test(treated$age, control$age)$statistic, wilcox.test(treated$age, control$age)$p.value),
    wilcoxon_exact = wilcox.test(c(1, 2, 5), c(3, 4, 7, 8))$p.value,
    race = c(chisq.test(table(lalonde$race, lalonde$treat))$statistic, fisher.test(few)$p.value),
    yates = c(chisq.test(table(lalonde$married, lalonde$treat))$statistic,
              chisq.test(table(lalonde$married, lalonde$treat))$p.value)
  ),
  proportions = list(
    exact = c(exact(31, 55), exact(18, 58), exact(0, 12), exact(12, 12), exact(1, 1), exact(3, 219, level = 0.9)),
    mcnemar_exact = c(binom.test(5, 19)$p.value, binom.test(12, 24)$p.value, binom.test(0, 6)$p.value),
    mcnemar_corrected = c(paired(5, 20), paired(30, 18), paired(15, 15), paired(13, 14)),
    two_by_two = c(chisq.test(response)$p.value, chisq.test(response, correct = FALSE)$p.value,
                   chisq.test(rare)$p.value, fisher.test(rare)$p.value)
  ),
  quantiles = list(
    type7 = unname(quantile(lalonde$age, c(.25, .5, .75), type = 7)),
    type6 = unname(quantile(lalonde$re75, c(.25, .5, .75), type = 6))
  )
)
writeLines(as_json(numbers), arguments[2])
