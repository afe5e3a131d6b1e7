# Rscript matching.R: medians of five runs of MatchIt's nearest neighbor with a caliper, CPU seconds, by rows. Scores are given.
suppressPackageStartupMessages(library(MatchIt))
for (path in commandArgs(trailingOnly = TRUE)) {
  d <- read.csv(path)
  seconds <- replicate(5, sum(system.time(
    matchit(treat ~ 1, data = d, distance = d$score, caliper = 0.2, m.order = "largest")
  )[c("user.self", "sys.self")]))
  cat(nrow(d), median(seconds), "\n")
}
