# What the scripts beside this one share: the data sets, their model formulas, and numbers as JSON.
suppressPackageStartupMessages(library(survival))
options(warn = -1)
folder <- commandArgs(trailingOnly = TRUE)[1]
out <- commandArgs(trailingOnly = TRUE)[2]
tight <- coxph.control(eps = 1e-12, toler.inf = 1, iter.max = 60)
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
sets <- sapply(c("lung", "veteran", "colon", "pbc", "ovarian", "retinopathy", "mgus2"), read, simplify = FALSE)
covariates <- function(table) grep("^x", names(table), value = TRUE)
terms_of <- function(table) paste(c("arm", covariates(table)), collapse = " + ")
model <- function(table, response = "Surv(time, event)", more = "") as.formula(paste(response, "~", terms_of(table), more))
# Data and weights go into the call by value, so that cox.zph and residuals find them again.
cox <- function(table, formula = model(table), ...) {
  do.call("coxph", list(formula, data = table, control = tight, ...))
}
curve_of <- function(table, ...) do.call("survfit", list(Surv(time, event) ~ 1, data = table, ...))
times_of <- function(table) unname(floor(quantile(table$time, c(.1, .3, .5, .7, .85), type = 1)))
horizon_of <- function(table) floor(0.7 * min(tapply(table$time, table$arm, max)))
errors <- function(matrix) unname(sqrt(diag(as.matrix(matrix))))

as_json <- function(x) {
  if (is.list(x)) {
    return(paste0("{", paste0("\"", names(x), "\": ", vapply(x, as_json, ""), collapse = ",\n "), "}"))
  }
  text <- ifelse(is.finite(x), sprintf("%.15g", as.numeric(x)), "null")
  paste0("[", paste(text, collapse = ", "), "]")
}
# `methods`: name -> function of a data set; the result is method -> data set -> numbers.
keep <- function(methods, tables = sets) {
  results <- lapply(methods, function(method) lapply(tables, function(table) unlist(method(table), use.names = FALSE)))
  writeLines(as_json(results), out)
}
