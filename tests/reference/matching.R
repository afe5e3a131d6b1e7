# Rscript matching.R DATA_FOLDER OUT.json: what MatchIt says of lalonde and of 120 small sets full of ties.
# Totals of optimal matching are printed where optmatch is installed too. MatchIt 4.5.4 or newer is needed: older ones ignore the caliper and break ties in another way.
suppressPackageStartupMessages(library(MatchIt))
stopifnot(packageVersion("MatchIt") >= "4.5.4")
arguments <- commandArgs(trailingOnly = TRUE)

partners <- function(m) {
  found <- m$match.matrix
  found <- found[!is.na(found[, 1]), , drop = FALSE]
  sets <- apply(found, 1, function(row) paste(row[!is.na(row)], collapse = "+"))
  paste(rownames(found), sets, sep = ":", collapse = " ")
}
strata <- function(m) paste(ifelse(is.na(m$subclass), 0, as.integer(m$subclass)), collapse = " ")
weights <- function(m) paste(format(m$weights, digits = 15, trim = TRUE), collapse = " ")
attempt <- function(kind, ...) {
  tryCatch(kind(suppressWarnings(matchit(...))), error = function(problem) {
    if (grepl("matched|matches|not enough", conditionMessage(problem), ignore.case = TRUE)) "" else stop(problem)
  })
}
on_score <- function(d, ..., estimand = "ATT", kind = partners) {
  attempt(kind, treat ~ x1 + x2, data = d, distance = d$score, estimand = estimand, std.caliper = FALSE, ...)
}
on_covariates <- function(d, ...) attempt(partners, treat ~ x1 + x2, data = d, distance = "mahalanobis", std.caliper = FALSE, ...)
inside <- function(d, ...) on_score(d, mahvars = ~ x1 + x2, ...)

of_ties <- function(d) {
  rownames(d) <- d$id
  d$g <- factor(d$g)
  orders <- c("largest", "smallest", "data", "closest", "farthest")
  named <- function(prefix, make) setNames(lapply(orders, make), paste(prefix, orders, sep = "_"))
  c(
    named("plain", function(o) on_score(d, m.order = o)),
    named("caliper", function(o) on_score(d, m.order = o, caliper = 0.25)),
    named("ratio2", function(o) on_score(d, m.order = o, caliper = 0.5, ratio = 2)),
    named("ratio3", function(o) on_score(d, m.order = o, ratio = 3)),
    named("exact", function(o) on_score(d, m.order = o, caliper = 0.5, exact = ~g)),
    named("exact2", function(o) on_score(d, m.order = o, ratio = 2, exact = ~g)),
    named("limit", function(o) on_score(d, m.order = o, caliper = c(0.5, x1 = 1))),
    named("limit2", function(o) on_score(d, m.order = o, caliper = c(0.75, x1 = 1, x2 = 4), ratio = 2)),
    named("discard", function(o) on_score(d, m.order = o, discard = "both")),
    named("atc", function(o) on_score(d, m.order = o, caliper = 0.25, estimand = "ATC")),
    named("inside", function(o) inside(d, m.order = o, caliper = 0.5)),
    named("inside2", function(o) inside(d, m.order = o, caliper = 0.75, ratio = 2)),
    named("inside_exact", function(o) inside(d, m.order = o, exact = ~g)),
    named("inside_limit", function(o) inside(d, m.order = o, caliper = c(0.75, x1 = 1.5))),
    list(
      replace1 = on_score(d, replace = TRUE, caliper = 0.25), replace2 = on_score(d, replace = TRUE, ratio = 2),
      replace3 = on_score(d, replace = TRUE, ratio = 3, caliper = 0.5), replace_exact = on_score(d, replace = TRUE, ratio = 2, exact = ~g),
      replace_limit = on_score(d, replace = TRUE, ratio = 2, caliper = c(0.75, x1 = 1)),
      replace_inside = inside(d, replace = TRUE, ratio = 2, caliper = 0.75),
      discard_treated = on_score(d, discard = "treated"), discard_control = on_score(d, discard = "control"),
      mahalanobis_data = on_covariates(d), mahalanobis_closest = on_covariates(d, m.order = "closest"),
      mahalanobis_farthest = on_covariates(d, m.order = "farthest"), mahalanobis_exact = on_covariates(d, exact = ~g, ratio = 2),
      cem = attempt(strata, treat ~ x1 + x2 + g, data = d, method = "cem", cutpoints = list(x1 = c(1.5, 3))),
      cem_weights = attempt(weights, treat ~ x1 + x2 + g, data = d, method = "cem", cutpoints = list(x1 = c(1.5, 3))),
      cem_atc = attempt(weights, treat ~ x1 + x2, data = d, method = "cem", estimand = "ATC"),
      subclass = on_score(d, method = "subclass", subclass = 3, kind = strata),
      subclass_weights = on_score(d, method = "subclass", subclass = 3, kind = weights),
      subclass_atc = on_score(d, method = "subclass", subclass = 2, estimand = "ATC", discard = "both", kind = strata),
      ratio_weights = on_score(d, ratio = 3, caliper = 0.5, kind = weights), replace_weights = on_score(d, ratio = 2, replace = TRUE, kind = weights)
    )
  )
}

lalonde <- read.csv(file.path(arguments[1], "lalonde.csv"))
rownames(lalonde) <- lalonde$id
lalonde$race <- factor(lalonde$race, levels = c("black", "hispan", "white"))
model <- treat ~ age + educ + race + married + nodegree + re74 + re75
real <- function(..., kind = partners) attempt(kind, model, data = lalonde, ...)
balance <- function(m) {
  s <- summary(m, standardize = TRUE)
  columns <- c("Std. Mean Diff.", "Var. Ratio", "eCDF Max")
  at <- function(x) paste(format(as.vector(x[, columns]), digits = 15, trim = TRUE), collapse = " ")
  list(rows = paste(rownames(s$sum.all), collapse = " "), before = at(s$sum.all), after = at(s$sum.matched))
}
scores <- function(m) paste(format(m$distance, digits = 17, trim = TRUE), collapse = " ")
of_lalonde <- c(
  list(
    distance_ps = real(kind = scores), distance_logit = real(link = "linear.logit", kind = scores),
    logit_closest = real(link = "linear.logit", caliper = 0.2, m.order = "closest"),
    logit_farthest = real(link = "linear.logit", caliper = 0.2, m.order = "farthest"),
    logit_smallest = real(link = "linear.logit", caliper = 0.2, m.order = "smallest"),
    pairs = real(caliper = 0.2), ratio2 = real(caliper = 0.2, ratio = 2), replace = real(caliper = 0.2, replace = TRUE),
    replace3 = real(caliper = 0.2, replace = TRUE, ratio = 3),
    exact = real(caliper = 0.2, exact = ~ race + married), exact2 = real(exact = ~nodegree, ratio = 2, m.order = "closest"),
    limit = real(caliper = c(0.2, age = 5, re74 = 1000), std.caliper = c(TRUE, FALSE, FALSE)),
    discard = real(discard = "both", caliper = 0.1), reestimate = real(discard = "both", reestimate = TRUE, caliper = 0.1),
    discard_treated = real(discard = "treated"), discard_control = real(discard = "control", link = "linear.logit", caliper = 0.2),
    atc = real(estimand = "ATC", caliper = 0.2), atc_data = real(estimand = "ATC", m.order = "data"),
    inside = real(mahvars = ~ age + re74, caliper = 0.2), inside2 = real(mahvars = ~ age + re74 + re75, caliper = 0.2, ratio = 2),
    inside_factor = real(mahvars = ~ age + race + re75, caliper = 0.2, link = "linear.logit"),
    mahalanobis = real(distance = "mahalanobis"), mahalanobis_closest = attempt(partners, treat ~ age + educ + married + re74 + re75, data = lalonde, distance = "mahalanobis", m.order = "closest"),
    cem = real(method = "cem", kind = strata), cem_weights = real(method = "cem", kind = weights),
    cem_cut = attempt(strata, treat ~ age + educ + re74, data = lalonde, method = "cem", cutpoints = list(age = c(20, 25, 30, 40), educ = c(8, 12))),
    subclass = real(method = "subclass", kind = strata), subclass_weights = real(method = "subclass", kind = weights),
    subclass10 = real(method = "subclass", subclass = 10, estimand = "ATC", link = "linear.logit", kind = strata),
    replace_weights = real(caliper = 0.2, replace = TRUE, kind = weights), ratio_weights = real(caliper = 0.2, ratio = 2, kind = weights)
  ),
  list(
    balance_pairs = attempt(balance, model, data = lalonde, caliper = 0.2),
    balance_ratio = attempt(balance, model, data = lalonde, caliper = 0.2, ratio = 2),
    balance_replace = attempt(balance, model, data = lalonde, caliper = 0.2, replace = TRUE),
    balance_cem = attempt(balance, model, data = lalonde, method = "cem")
  )
)

quoted <- function(x) paste0("\"", x, "\"")
as_json <- function(x) {
  if (!is.list(x)) return(quoted(x))
  paste0("{", paste0(quoted(names(x)), ": ", vapply(x, as_json, ""), collapse = ",\n"), "}")
}
ties <- read.csv(file.path(arguments[1], "ties.csv"))
sets <- split(ties, ties$set)
of_sets <- lapply(sets, of_ties)
by_case <- lapply(setNames(nm = names(of_sets[[1]])), function(case) lapply(of_sets, function(set) set[[case]]))
result <- list(version = as.character(packageVersion("MatchIt")), lalonde = of_lalonde, ties = by_case)
if (requireNamespace("optmatch", quietly = TRUE)) {
  total <- function(m) {
    found <- m$match.matrix[!is.na(m$match.matrix[, 1]), 1]
    format(sum(abs(m$distance[names(found)] - m$distance[found])), digits = 15)
  }
  result$optimal <- list(
    lalonde = real(method = "optimal", tol = 1e-9, kind = total),
    lalonde_logit = real(method = "optimal", tol = 1e-9, link = "linear.logit", kind = total),
    lalonde_exact = real(method = "optimal", tol = 1e-9, exact = ~nodegree, kind = total),
    ties = lapply(sets, function(d) {
      rownames(d) <- d$id
      total(suppressWarnings(matchit(treat ~ x1, data = d, distance = d$score, method = "optimal", tol = 1e-9)))
    })
  )
}
writeLines(as_json(result), arguments[2])
