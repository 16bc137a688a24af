-- One row: one amount of the law that the calculation used, with its paragraph and source.
SELECT
    rates.benefit,
    rates.parameter,
    rates.amount,
    rates.unit,
    rates.law_ref,
    rates.valid_from,
    rates.valid_to,
    rates.status,
    rates.source
FROM law.rates AS rates
WHERE $rates_used LIKE '%' || rates.benefit || '/' || rates.parameter || '@' || CAST(rates.valid_from AS VARCHAR) || '%'
ORDER BY rates.benefit, rates.parameter, rates.unit
