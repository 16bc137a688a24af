//! What is a fact as it is given, and the sum of a single step, is written nowhere: the result has the memory of the fact and of the step.

use super::*;

/// Where the numbers of a column lie.
fn place(column: &ArrayRef) -> *const i128 {
    column.as_primitive::<Decimal128Type>().values().as_ptr()
}

/// Likewise, of 64 bits.
fn narrow_place(column: &ArrayRef) -> *const i64 {
    column.as_primitive::<Decimal64Type>().values().as_ptr()
}

#[test]
fn a_fact_that_is_a_step_and_the_sum_of_one_step_share_their_memory() {
    let all = all(&Rates::shipped().unwrap());
    let facts = |name: &str| {
        let benefit = all.iter().find(|benefit| benefit.declared.spec().name == name).unwrap();
        let (arguments, rows) = (benefit.declared.arguments(), 200);
        let mut draw = Draw { state: 7, of: Rows::Tame };
        let one =
            |_| -> Vec<_> { arguments.iter().enumerate().map(|(n, a)| draw.value(a, n == 0)).collect() };
        let rows: Vec<Vec<Option<i64>>> = (0..rows).map(one).collect();
        let of = |n: usize| column(&arguments[n], &rows.iter().map(|row| row[n]).collect::<Vec<_>>());
        let columns: Vec<ArrayRef> = (0..arguments.len()).map(of).collect();
        (benefit, columns, rows.len())
    };
    for (name, argument, field) in [
        ("enkeltydelse", "granted", "granted"),
        ("boligstoetteloft", "housing_benefit", "housing_benefit"),
        ("kontanthjaelpsloft", "saerlig_stoette", "saerlig_stoette"),
        ("sanction_one_third", "help", "help"),
        ("sanction_availability", "help", "help"),
        ("exit_month", "help", "help"),
    ] {
        let (benefit, columns, rows) = facts(name);
        let at = benefit.declared.arguments().iter().position(|a| a.name == argument).unwrap();
        let result = call(&benefit.udf, &columns, rows);
        assert_eq!(place(result.column_by_name(field).unwrap()), place(&columns[at]), "{name}");
        // In 64 bits the fact has to have them.
        let of_64_bits = benefit.declared.giving(&[field], Width::Bits64).unwrap();
        let written = call(&of_64_bits, &columns, rows);
        let mut columns = columns.clone();
        columns[at] = cast(&columns[at], &DataType::Decimal64(18, 2)).unwrap();
        let shared = call(&of_64_bits, &columns, rows);
        assert_eq!(narrow_place(shared.column(0)), narrow_place(&columns[at]), "{name}");
        assert_eq!(shared, written, "{name}");
    }
    for (name, step) in
        [("enkeltydelse", "granted"), ("reduction_225", "reduction"), ("sanction", "sanction")]
    {
        let (benefit, columns, rows) = facts(name);
        let result = call(&benefit.udf, &columns, rows);
        let gross = result.column_by_name("gross").unwrap();
        assert_eq!(place(gross), place(result.column_by_name(step).unwrap()), "{name}");
        // Alone it is written, where no fact has it.
        let alone = call(&benefit.declared.giving(&["gross"], Width::Bits128).unwrap(), &columns, rows);
        assert_eq!(alone.column(0), gross, "{name}");
    }
}
