# Rscript survival.R TABLE.csv OUT.csv REPEATS: CPU milliseconds of each step in R, as medians (bench/survival.py runs it).
suppressPackageStartupMessages({library(survival); library(cmprsk)})
arguments <- commandArgs(trailingOnly = TRUE)
d <- read.csv(arguments[1])
covariates <- grep("^x", names(d), value = TRUE)
spent <- function(step) {
  one <- function(i) { before <- proc.time(); step(); sum((proc.time() - before)[1:2]) }
  1000 * median(vapply(seq_len(as.integer(arguments[3])), one, 0))
}
all_terms <- as.formula(paste("Surv(time, event) ~ arm +", paste(covariates, collapse = "+")))
fitted <- coxph(all_terms, d)
steps <- list(
  curves = function() for (kind in 0:1) summary(survfit(Surv(time, event) ~ 1, d[d$arm == kind, ]), times = c(365, 730)),
  log_rank = function() survdiff(Surv(time, event) ~ arm, d),
  univariable = function() for (name in covariates) coxph(as.formula(paste("Surv(time, event) ~", name)), d),
  multivariable = function() coxph(all_terms, d),
  clustered = function() coxph(Surv(time, event) ~ arm, d, cluster = pair),
  weighted = function() coxph(Surv(time, event) ~ arm, d, weights = weight, robust = TRUE),
  proportional_hazards = function() cox.zph(fitted),
  incidence = function() survfit(Surv(time, factor(cause, 0:2)) ~ 1, d),
  gray = function() cuminc(d$time, d$cause, d$arm),
  fine_gray = function() crr(d$time, d$cause, as.matrix(d[, c("arm", covariates[1:3])])),
  bootstrap = function() for (i in 1:100) coxph(Surv(time, event) ~ arm, d[sample(nrow(d), replace = TRUE), ])
)
if (nrow(d) > 2000) steps$fine_gray <- NULL
if (nrow(d) > 20000) steps$bootstrap <- steps$gray <- steps$clustered <- NULL
write.csv(data.frame(step = names(steps), milliseconds = vapply(steps, spent, 0)), arguments[2], row.names = FALSE)
