# Rscript farrington_real.R COUNTS.csv FREQUENCY RESULTS.csv: p of every count after three years, at the series' own step.
suppressWarnings(suppressMessages(library(surveillance)))
arguments <- commandArgs(trailingOnly = TRUE)
counts <- read.csv(arguments[1], stringsAsFactors = FALSE)
frequency <- as.integer(arguments[2])
series <- sts(observed = matrix(counts$count), frequency = frequency, start = c(2000, 1))
p_value <- function(at) {
  control <- list(range = at, b = min(5, (at - 4) %/% frequency), w = if (frequency == 52) 3 else 2, noPeriods = 1,
                  pastWeeksNotIncluded = 2, thresholdMethod = "nbPlugin", alpha = 0.01, limit54 = c(0, 4),
                  glmWarnings = FALSE)
  fitted <- tryCatch(suppressWarnings(farringtonFlexible(series, control)), error = function(e) NULL)
  if (is.null(fitted)) NA else fitted@control$pvalue[1, 1]
}
at <- seq(3 * frequency + 1, nrow(counts))
write.csv(data.frame(day = counts$day[at], p = vapply(at, p_value, numeric(1))), arguments[3], row.names = FALSE)
