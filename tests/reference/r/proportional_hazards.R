source("common.R")
test <- function(transform) function(table) {
  cox.zph(cox(table), transform = transform)$table[, "chisq"]
}
keep(list(
  km = test("km"), rank = test("rank"), identity = test("identity"), log = function(d) test("log")(d[d$time > 0, ]),
  breslow = function(d) cox.zph(cox(d, ties = "breslow"))$table[, "chisq"],
  weighted = function(d) cox.zph(cox(d, weights = d$weight))$table[, "chisq"],
  stratified = function(d) cox.zph(cox(d, model(d, more = "+ strata(stratum)")))$table[, "chisq"]
))
