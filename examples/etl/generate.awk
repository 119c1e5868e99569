# Writes `rows` orders as CSV to `out`: repeatable, with the faults real exports have (missing amounts, stray
# spaces, unknown countries, refunds).
BEGIN {
    seed = 42
    split("DE FR IT ES PL NL SE AT", country, " ")
    split("book lamp chair desk phone cable", product, " ")
    print "order,day,country,product,quantity,amount" > out
    for (i = 1; i <= rows; i++) {
        seed = (seed * 16807) % 2147483647
        amount = (seed % 20000) / 100
        place = country[seed % 8 + 1]
        if (i % 97 == 0) place = " " tolower(place) " "
        text = sprintf("%.2f", amount)
        if (i % 89 == 0) text = "n/a"
        if (i % 211 == 0) place = "??"
        printf "A%08d,2026-%02d-%02d,%s,%s,%d,%s\n", i, seed % 12 + 1, seed % 28 + 1, place, product[seed % 6 + 1], \
            seed % 5 + 1, text > out
    }
}
