//! Adds the functions of advisql to a DataFusion program of your own: `cargo run --example embed`.

use datafusion::prelude::{SessionConfig, SessionContext};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Decimal literals must stay decimal: amounts are never floating point.
    let config = SessionConfig::new().set_bool("datafusion.sql_parser.parse_float_as_decimal", true);
    let context = SessionContext::new_with_config(config);
    advisql::register(&context)?;
    let query = "
        SELECT
            cpr_birth_date('010190-1111')                                           AS born,
            bank_day_last_of_month(DATE '2022-12-01')                               AS paid_on,
            rate('kontanthjaelp', 'age_30_plus_provider', DATE '2023-05-01')        AS monthly_rate,
            period_overlap_days(DATE '2022-01-01', DATE '2022-03-01', DATE '2022-02-15', DATE '2200-01-01') AS days";
    context.sql(query).await?.show().await?;
    Ok(())
}
