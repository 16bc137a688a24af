-- One row: one amount of 2016 to 2024 that the comparison needs, from the same tables as advisql's; derived amounts count.
SELECT benefit, parameter, amount, valid_from, valid_to
FROM law.rates
WHERE benefit IN ('kontanthjaelp', 'aktivitetstillaeg', 'fradrag')
    AND status IN ('published', 'derived')
