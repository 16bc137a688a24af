//! The files of `datasets/` that are compiled into the program: no run depends on a file beside it.

macro_rules! rates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../datasets/rates/", $name)))),*]
    };
}

/// The shipped rates: file name and content.
pub(super) const RATES: &[(&str, &str)] = rates![
    "aktivitetstillaeg.csv",
    "atp.csv",
    "dagpenge.csv",
    "derived.csv",
    "enkeltydelser.csv",
    "fleksloentilskud.csv",
    "formue.csv",
    "fradrag.csv",
    "godtgoerelse.csv",
    "jobafklaring.csv",
    "kontanthjaelp.csv",
    "kontanthjaelp_2025.csv",
    "kontanthjaelpsloft.csv",
    "kontantydelse.csv",
    "ledighedsydelse.csv",
    "obligatorisk_pension.csv",
    "oekonomisk_friplads.csv",
    "overgangsydelse.csv",
    "ressourceforloebsydelse.csv",
    "revalideringsydelse.csv",
    "saerlig_stoette.csv",
    "sanktion.csv",
    "satsregulering.csv",
    "selvforsoergelses_hjemrejseydelse.csv",
    "skat.csv",
    "sygedagpenge.csv",
    "tilbagebetaling.csv",
    "uddannelseshjaelp.csv",
];

/// The shipped reference tables: name under `law`, file name and content.
pub(super) const TABLES: &[(&str, &str, &str)] = &[
    ("event_types", "event_types.csv", include_str!("../../../datasets/event_types.csv")),
    ("task_types", "task_types.csv", include_str!("../../../datasets/task_types.csv")),
    ("municipalities", "municipalities.csv", include_str!("../../../datasets/municipalities.csv")),
    ("accounts", "chart_of_accounts.csv", include_str!("../../../datasets/chart_of_accounts.csv")),
    ("cpr_statuses", "cpr_statuses.csv", include_str!("../../../datasets/cpr_statuses.csv")),
    ("kle", "kle.csv", include_str!("../../../datasets/kle.csv")),
    ("glossary", "glossary.csv", GLOSSARY),
    ("rules", "rules.csv", RULES),
    ("parameters", "parameters.csv", include_str!("../../../datasets/parameters.csv")),
    ("rounding_rules", "rounding_rules.csv", ROUNDING_RULES),
    (
        "order_of_operations",
        "order_of_operations.csv",
        include_str!("../../../datasets/order_of_operations.csv"),
    ),
];

/// The named rounding rules.
pub(super) const ROUNDING_RULES: &str = include_str!("../../../datasets/rounding_rules.csv");

/// Names in Danish.
pub(super) const GLOSSARY: &str = include_str!("../../../datasets/glossary.csv");

/// The rules a calculation can name.
pub(super) const RULES: &str = include_str!("../../../datasets/rules.csv");
