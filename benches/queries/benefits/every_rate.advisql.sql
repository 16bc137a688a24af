-- One row: one amount of the law; derived amounts count.
SELECT benefit, parameter, amount, valid_from, valid_to
FROM law.rates
WHERE status IN ('published', 'derived')
