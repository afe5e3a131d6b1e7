source("common.R")
some_forty <- function(d) d[seq(1, nrow(d), by = max(1, nrow(d) %/% 40)), ]
older <- function(d) list(d$x1[d$arm == 1], d$x1[d$arm == 0])
levene <- function(sides) {
  gap <- unlist(lapply(sides, function(x) abs(x - mean(x))))
  anova(lm(gap ~ rep(factor(1:2), lengths(sides))))[1, "Pr(>F)"]
}
keep(list(
  fisher = function(d) fisher.test(with(some_forty(d), table(group, arm)), workspace = 2e7)$p.value,
  fisher_of_many_arms = function(d) {
    d <- some_forty(d)
    fisher.test(table(cut(d$x1, quantile(d$x1, 0:3 / 3), include.lowest = TRUE), d$stratum + 2 * d$arm), workspace = 2e7)$p.value
  },
  chi_squared = function(d) {
    counts <- table(d$group, d$arm)
    test <- chisq.test(counts)
    c(test$statistic, test$p.value)
  },
  means = function(d) {
    sides <- older(d)
    c(t.test(sides[[1]], sides[[2]])$p.value, t.test(sides[[1]], sides[[2]], var.equal = levene(sides) >= .05)$p.value)
  },
  ranks = function(d) {
    sides <- older(d)
    c(wilcox.test(sides[[1]], sides[[2]])$p.value, wilcox.test(sides[[1]], sides[[2]], exact = FALSE, correct = FALSE)$p.value)
  }
))
