# Rscript farrington.R SCENES.csv RESULTS.csv
# SCENES.csv: id, day, read, judged. RESULTS.csv: id, day, gaps, p.
# At every scene that is judged: the mean of its calendar month so far, held against the same season of earlier years.
# Months are thirtieths of a year here: 365.25 / 12 days from day 0. Months without a scene are missing ("NA"), or hold
# the month's before ("carried").
suppressWarnings(suppressMessages(library(surveillance)))
arguments <- commandArgs(trailingOnly = TRUE)
scenes <- read.csv(arguments[1], stringsAsFactors = FALSE)
MONTH <- 365.25 / 12

carried <- function(x) {
  for (k in seq_along(x)[-1]) if (is.na(x[k])) x[k] <- x[k - 1]
  x
}

p_value <- function(months) {
  at <- length(months)
  years <- min(5, (at - 3) %/% 12)
  series <- sts(observed = matrix(months), frequency = 12, start = c(2000, 1))
  control <- list(range = at, b = years, w = 2, noPeriods = 1, pastWeeksNotIncluded = 2, thresholdMethod = "nbPlugin",
                  alpha = 0.01, limit54 = c(0, 4), glmWarnings = FALSE)
  fitted <- tryCatch(suppressWarnings(farringtonFlexible(series, control)), error = function(e) NULL)
  if (is.null(fitted)) return(NA)
  fitted@control$pvalue[1, 1]
}

rows <- list()
for (id in unique(scenes$id)) {
  site <- scenes[scenes$id == id, ]
  month <- floor(site$day / MONTH) + 1
  means <- tapply(site$read, factor(month, levels = seq_len(max(month))), mean)
  for (at in which(site$judged == 1)) {
    here <- month == month[at] & seq_along(month) <= at
    months <- round(c(means[seq_len(month[at] - 1)], mean(site$read[here])))
    for (gaps in c("NA", "carried")) {
      used <- if (gaps == "NA") months else carried(months)
      rows[[length(rows) + 1]] <- data.frame(id = id, day = site$day[at], gaps = gaps, p = p_value(unname(used)))
    }
  }
}
write.csv(do.call(rbind, rows), arguments[2], row.names = FALSE)
cat(as.character(packageVersion("surveillance")), "\n")
