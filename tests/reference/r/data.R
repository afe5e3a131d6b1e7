# Rscript data.R FOLDER: writes public data sets of R's survival package in one shape, for R and for us to start from.
# time, event, cause (0 censored, 1 the event of interest, 2 another one), arm, x1 ... covariates, weight, cluster, stratum, group.
suppressPackageStartupMessages(library(survival))
folder <- commandArgs(trailingOnly = TRUE)[1]

save_as <- function(name, table) {
  table <- table[complete.cases(table), ]
  row <- seq_len(nrow(table))
  if (is.null(table$weight)) table$weight <- 0.5 + (row %% 7) / 5
  if (is.null(table$cluster)) table$cluster <- row %/% 3
  table$entry <- floor(table$time * (row %% 4) / 8)
  write.csv(table, file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}

lung <- within(survival::lung, inst <- ifelse(is.na(inst), 99, inst))
save_as("lung", with(lung, data.frame(
  time, event = as.numeric(status == 2), cause = as.numeric(status == 2), arm = as.numeric(sex == 2),
  x1 = age, x2 = ph.ecog, x3 = wt.loss, cluster = inst, stratum = as.numeric(age > 63), group = pmin(ph.ecog, 2)
)))
save_as("veteran", with(veteran, data.frame(
  time, event = status, cause = status, arm = trt - 1, x1 = age, x2 = karno,
  x3 = as.numeric(celltype == "smallcell"), x4 = as.numeric(celltype == "adeno"), x5 = as.numeric(celltype == "large"),
  stratum = as.numeric(prior > 0), group = as.numeric(celltype) - 1
)))
deaths <- colon[colon$etype == 2, ]
recurrence <- colon[colon$etype == 1, ]
save_as("colon", with(deaths, data.frame(
  time = recurrence$time, event = pmax(recurrence$status, as.numeric(recurrence$time == time & status == 1)),
  cause = ifelse(recurrence$status == 1, 1, ifelse(status == 1 & time == recurrence$time, 2, 0)),
  arm = as.numeric(rx == "Lev+5FU"), x1 = age, x2 = sex, x3 = nodes, x4 = differ,
  stratum = extent, group = as.numeric(rx) - 1
)))
save_as("pbc", with(pbc[1:312, ], data.frame(
  time, event = as.numeric(status > 0), cause = c(0, 2, 1)[status + 1], arm = trt - 1, x1 = age, x2 = bili, x3 = albumin,
  x4 = edema, stratum = as.numeric(sex == "f"), group = stage - 1
)))
save_as("ovarian", with(ovarian, data.frame(
  time = futime, event = fustat, cause = fustat, arm = rx - 1, x1 = age, x2 = resid.ds, stratum = ecog.ps, group = ecog.ps - 1
)))
save_as("retinopathy", with(retinopathy, data.frame(
  time = futime, event = status, cause = status, arm = trt, x1 = age, x2 = risk, cluster = id,
  stratum = as.numeric(type == "adult"), group = as.numeric(type == "adult")
)))
save_as("mgus2", with(mgus2, data.frame(
  time = futime, event = as.numeric(pstat | death), cause = ifelse(pstat == 1, 1, 2 * death), arm = as.numeric(sex == "M"),
  x1 = age, x2 = hgb, x3 = creat, stratum = as.numeric(mspike > 1.2), group = pmin(floor(dxyr / 10) - 196, 3)
)))
# Some of these leave on the day they are listed: a time of 0.
save_as("transplant", with(transplant, data.frame(
  time = futime, event = as.numeric(event != "censored"), cause = c(0, 2, 1, 2)[as.integer(event)], arm = as.numeric(sex == "f"),
  x1 = age, x2 = as.numeric(abo == "O"), stratum = as.numeric(year > 1994), group = as.numeric(abo) - 1
)))
write.csv(
  with(jasa, data.frame(time = futime, event = fustat, arm = transplant, act = wait.time, x1 = age, x2 = surgery)),
  file.path(folder, "jasa.csv"), row.names = FALSE, quote = FALSE, na = ""
)
write.csv(
  with(heart, data.frame(entry = start, time = stop, event, arm = as.numeric(transplant == 1), cluster = id)),
  file.path(folder, "heart.csv"), row.names = FALSE, quote = FALSE
)
