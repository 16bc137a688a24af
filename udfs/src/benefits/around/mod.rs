//! Around the benefits: tax, ATP, mandatory pension, and what is asked back.

pub mod a_tax;
pub mod atp;
pub mod friplads_recalculation;
pub mod later_adjustment;
pub mod mandatory_pension;
pub mod repayment;
