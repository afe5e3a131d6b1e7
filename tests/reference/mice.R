# What mice 3.19.0 makes of lung's weight loss, and of five estimates: Rscript mice.R data OUT.json (needs an installed mice).
# Of 4,000 imputations by predictive mean matching the mean and the spread of each missing value; of pool.scalar the parts.
suppressPackageStartupMessages(library(mice))
arguments <- commandArgs(trailingOnly = TRUE)
lung <- read.csv(file.path(arguments[1], "lung.csv"))
known <- c("age", "sex", "ph.ecog", "time", "status")
lung <- lung[complete.cases(lung[, known]), ]
set.seed(1)
seen <- !is.na(lung$wt.loss)
draws <- replicate(4000, mice.impute.pmm(lung$wt.loss, seen, as.matrix(lung[, known]), donors = 5L))
Q <- c(-.412, -.385, -.467, -.351, -.430)
U <- c(.1521, .1498, .1563, .1511, .1540)^2
pooled <- function(n) unlist(pool.scalar(Q, U, n = n, k = 1)[c("qbar", "ubar", "b", "t", "df", "fmi")])
numbers <- function(x) paste0("[", paste(sprintf("%.15g", x), collapse = ", "), "]")
writeLines(paste0("{\"pmm_mean\": ", numbers(rowMeans(draws)), ",\n \"pmm_sd\": ", numbers(apply(draws, 1, sd)),
  ",\n \"pool\": ", numbers(pooled(Inf)), ",\n \"pool_of_85\": ", numbers(pooled(85)), "}"), arguments[2])
