# Rscript speed.R TABLE.csv OUT.csv REPEATS: CPU milliseconds of each step in R, as medians (bench/speed.py runs it).
# Steps of MatchIt are measured where 4.5.4 or newer is installed. Where R would take minutes a step it is left out.
suppressPackageStartupMessages({library(survival); library(cmprsk)})
arguments <- commandArgs(trailingOnly = TRUE)
d <- read.csv(arguments[1])
repeats <- as.integer(arguments[3])
has_matching <- requireNamespace("MatchIt", quietly = TRUE) && packageVersion("MatchIt") >= "4.5.4"
covariates <- grep("^x", names(d), value = TRUE)
numbers <- covariates[1:5]
factors <- covariates[6:13]
cpu <- function(step, times) {
  before <- proc.time()
  for (i in seq_len(times)) step()
  sum((proc.time() - before)[1:2]) / times
}
# A step of less than 50 ms is run several times per measurement: the clock has steps of a millisecond. One of more than ten
# seconds is measured once.
spent <- function(step) {
  first <- cpu(step, 1)
  if (first > 10) return(c(1000 * first, 1))
  times <- min(50, max(1, ceiling(0.05 / max(first, 1e-3))))
  c(1000 * median(vapply(seq_len(repeats), function(i) cpu(step, times), 0)), repeats)
}
all_terms <- as.formula(paste("Surv(time, event) ~ arm +", paste(covariates, collapse = "+")))
of_score <- as.formula(paste("arm ~", paste(covariates, collapse = "+")))
fitted_model <- coxph(all_terms, d)
score <- fitted(glm(of_score, binomial, d))
cell <- function(name) {
  if (name %in% factors) {
    counts <- table(d[[name]], d$arm)
    prop.table(counts, 2)
    return(chisq.test(counts))
  }
  for (kind in 0:1) {
    x <- d[d$arm == kind, name]
    c(mean(x), sd(x), quantile(x), range(x))
  }
  t.test(d[d$arm == 1, name], d[d$arm == 0, name])
}
forest <- function() for (name in factors) {
  for (kind in 0:1) coxph(Surv(time, event) ~ arm, d[d[[name]] == kind, ])
  anova(coxph(as.formula(paste("Surv(time, event) ~ arm +", name)), d), coxph(as.formula(paste("Surv(time, event) ~ arm *", name)), d))
}
weights_of <- function() {
  share <- mean(d$arm)
  all <- list(ifelse(d$arm == 1, share / score, (1 - share) / (1 - score)), ifelse(d$arm == 1, 1, score / (1 - score)),
              ifelse(d$arm == 1, 1 - score, score))
  for (w in all) for (kind in 0:1) { own <- w[d$arm == kind]; c(mean(own), max(own), sum(own)^2 / sum(own^2)) }
}
steps <- list(
  "score" = function() glm(of_score, binomial, d),
  "Table 1" = function() for (name in covariates) cell(name),
  "weights of 3 kinds" = weights_of,
  "Kaplan-Meier" = function() for (kind in 0:1) summary(survfit(Surv(time, event) ~ 1, d[d$arm == kind, ]), times = c(365, 730)),
  "log-rank" = function() survdiff(Surv(time, event) ~ arm, d),
  "13 univariable Cox" = function() for (name in covariates) coxph(as.formula(paste("Surv(time, event) ~", name)), d),
  "multivariable Cox" = function() coxph(all_terms, d),
  "clustered hazard ratio" = function() coxph(Surv(time, event) ~ arm, d, cluster = pair),
  "weighted hazard ratio" = function() coxph(Surv(time, event) ~ arm, d, weights = weight, robust = TRUE),
  "proportional hazards" = function() cox.zph(fitted_model),
  "forest of 8 subgroups" = forest,
  "cumulative incidence" = function() survfit(Surv(time, factor(cause, 0:2)) ~ 1, d),
  "Gray's test" = function() cuminc(d$time, d$cause, d$arm),
  "Fine-Gray" = function() crr(d$time, d$cause, as.matrix(d[, c("arm", covariates[1:3])])),
  "bootstrap, 100 samples" = function() for (i in 1:100) coxph(Surv(time, event) ~ arm, d[sample(nrow(d), replace = TRUE), ])
)
if (has_matching) {
  nearest <- function(data) MatchIt::matchit(of_score, data = data, distance = data$score, caliper = 0.2, m.order = "largest")
  d$score <- score
  matched <- nearest(d)
  steps[["nearest neighbor, caliper"]] <- function() MatchIt::matchit(arm ~ 1, data = d, distance = d$score, caliper = 0.2, m.order = "largest")
  steps[["balance before and after"]] <- function() summary(matched)
  if (nrow(d) < 1000) steps[["bootstrap with score and matching again, 50 samples"]] <- function() for (i in 1:50) {
    drawn <- d[sample(nrow(d), replace = TRUE), ]
    drawn$score <- fitted(glm(of_score, binomial, drawn))
    found <- MatchIt::matchit(arm ~ 1, data = drawn, distance = drawn$score, caliper = 0.2, m.order = "largest")
    coxph(Surv(time, event) ~ arm, drawn[found$weights > 0, ])
  }
}
# What grows with the square of the rows, or with the samples, takes R hours.
if (nrow(d) > 20000) steps[["Fine-Gray"]] <- NULL
if (nrow(d) > 200000) for (name in c("clustered hazard ratio", "weighted hazard ratio", "Gray's test", "bootstrap, 100 samples")) steps[[name]] <- NULL
found <- vapply(steps, spent, c(0, 0))
write.csv(data.frame(step = names(steps), milliseconds = found[1, ], measured = found[2, ]), arguments[2], row.names = FALSE)
