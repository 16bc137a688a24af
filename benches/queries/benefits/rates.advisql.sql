-- One row: one amount that the comparison needs, from the same tables as advisql's; derived amounts count.
SELECT benefit, parameter, amount, valid_from, valid_to
FROM law.rates
WHERE benefit IN (
    'kontanthjaelp', 'aktivitetstillaeg', 'fradrag', 'fleksloentilskud', 'saerlig_stoette', 'ressourceforloebsydelse',
    'ledighedsydelse', 'oekonomisk_friplads', 'sygedagpenge', 'atp', 'skat'
)
AND status IN ('published', 'derived')
