-- One row: one amount in force in December 2022 that the month-end needs, from the same tables as advisql's.
SELECT benefit, parameter, amount
FROM law.rates
WHERE benefit IN ('kontanthjaelp', 'aktivitetstillaeg', 'fradrag')
    AND status = 'published'
    AND valid_from <= DATE '2022-12-01'
    AND valid_to > DATE '2022-12-01'
