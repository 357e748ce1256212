# Rscript real.R FOLDER: write public count series that come with R packages as CSV files (day, count).
arguments <- commandArgs(trailingOnly = TRUE)
put <- function(name, day, count) {
  write.csv(data.frame(day = format(as.Date(day)), count = as.integer(count)), file.path(arguments[1], name), row.names = FALSE)
}
put("seatbelts.csv", seq(as.Date("1969-01-15"), by = "month", length.out = 192), datasets::Seatbelts[, "VanKilled"])
if (requireNamespace("boot", quietly = TRUE)) {
  years <- table(factor(floor(boot::coal$date), levels = 1851:1962))
  put("coal.csv", as.Date(paste0(1851:1962, "-07-01")), years)
}
if (requireNamespace("surveillance", quietly = TRUE)) {
  suppressWarnings(suppressMessages(library(surveillance)))
  data("salmNewport")
  put("newport.csv", as.Date(epoch(salmNewport), origin = "1970-01-01"), rowSums(observed(salmNewport)))
  data("salmonella.agona")
  put("agona.csv", seq(as.Date("1990-01-04"), by = "week", length.out = 312), salmonella.agona$observed)
  data("husO104Hosp")
  days <- seq(min(husO104Hosp$dHosp, na.rm = TRUE), max(husO104Hosp$dHosp, na.rm = TRUE), by = "day")
  put("hus.csv", days, table(factor(format(husO104Hosp$dHosp), levels = format(days))))
  data("abattoir")
  cat(dim(observed(abattoir)), abattoir@freq, abattoir@start, "\n")
}
