//! Tables for people: aligned columns, numbers to the right, long results cut.

use std::io::{self, Write};

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};

/// Rows whose widths decide the columns; later rows are printed as they come.
const MEASURED: usize = 1_000;

/// The widest a column gets before its texts are cut with `…`, unless everything is wanted.
const WIDEST: usize = 60;

/// What NULL looks like.
const NULL: &str = "NULL";

/// Prints rows as an aligned table without holding more than the first thousand.
pub(super) struct TableWriter<W> {
    out: W,
    names: Vec<String>,
    right: Vec<bool>,
    widths: Vec<usize>,
    waiting: Vec<Vec<String>>,
    started: bool,
    shown: usize,
    limit: usize,
    cut: bool,
}

impl<W: Write> TableWriter<W> {
    /// A table of at most `limit` rows. `cut` shortens long texts.
    pub(super) fn new(out: W, schema: &SchemaRef, limit: usize, cut: bool) -> Self {
        let names: Vec<String> = schema.fields().iter().map(|f| f.name().clone()).collect();
        let right = schema.fields().iter().map(|f| is_number(f.data_type())).collect();
        let widths = names.iter().map(|name| width(name)).collect();
        Self { out, names, right, widths, waiting: Vec::new(), started: false, shown: 0, limit, cut }
    }

    /// Takes rows.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), TableError> {
        let options = FormatOptions::new().with_null(NULL);
        let columns: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
            .collect::<Result<_, _>>()?;
        for row in 0..batch.num_rows().min(self.limit - self.shown) {
            let cells = columns
                .iter()
                .map(|column| column.value(row).try_to_string().map(|text| self.cell(text)))
                .collect::<Result<Vec<_>, _>>()?;
            self.shown += 1;
            if self.started {
                self.print(&cells)?;
                continue;
            }
            for (width_so_far, cell) in self.widths.iter_mut().zip(&cells) {
                *width_so_far = (*width_so_far).max(width(cell));
            }
            self.waiting.push(cells);
            if self.waiting.len() == MEASURED {
                self.start()?;
            }
        }
        Ok(())
    }

    /// Prints what is left and gives the writer back with the number of rows shown.
    pub(super) fn finish(mut self) -> Result<(W, usize), TableError> {
        self.start()?;
        Ok((self.out, self.shown))
    }

    fn start(&mut self) -> io::Result<()> {
        if self.started {
            return Ok(());
        }
        self.started = true;
        let names = self.names.clone();
        self.print(&names)?;
        let rule: Vec<String> = self.widths.iter().map(|width| "─".repeat(*width)).collect();
        self.print(&rule)?;
        for cells in std::mem::take(&mut self.waiting) {
            self.print(&cells)?;
        }
        Ok(())
    }

    fn print(&mut self, cells: &[String]) -> io::Result<()> {
        let mut line = String::new();
        for (column, cell) in cells.iter().enumerate() {
            if column > 0 {
                line.push_str("  ");
            }
            let blank = self.widths[column].saturating_sub(width(cell));
            if self.right[column] {
                line.extend(std::iter::repeat_n(' ', blank));
            }
            line.push_str(cell);
            if !self.right[column] {
                line.extend(std::iter::repeat_n(' ', blank));
            }
        }
        writeln!(self.out, "{}", line.trim_end())
    }

    fn cell(&self, text: String) -> String {
        // A cell is one line: control characters of data must not steer the terminal either.
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if self.cut && width(&text) > WIDEST {
            text.chars().take(WIDEST - 1).chain(['…']).collect()
        } else {
            text
        }
    }
}

/// Why a table could not be printed.
#[derive(Debug, thiserror::Error)]
pub(super) enum TableError {
    /// A value could not be shown.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    /// The terminal or file failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric() || matches!(data_type, DataType::Duration(_))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Decimal128Array, Int64Array, StringArray};
    use arrow::datatypes::{Field, Schema};

    use super::*;

    fn batch() -> RecordBatch {
        let amounts = Decimal128Array::from(vec![Some(1_587_400), None, Some(-5)]);
        let schema = Schema::new(vec![
            Field::new("n", DataType::Int64, false),
            Field::new("ydelse", DataType::Utf8, true),
            Field::new("beløb", DataType::Decimal128(12, 2), true),
        ]);
        RecordBatch::try_new(
            Arc::new(schema),
            vec![
                Arc::new(Int64Array::from(vec![1, 20, 300])),
                Arc::new(StringArray::from(vec![Some("kontanthjælp"), Some("a\nb"), None])),
                Arc::new(amounts.with_precision_and_scale(12, 2).unwrap()),
            ],
        )
        .unwrap()
    }

    fn print(limit: usize) -> String {
        let batch = batch();
        let mut table = TableWriter::new(Vec::new(), &batch.schema(), limit, true);
        table.write(&batch).unwrap();
        String::from_utf8(table.finish().unwrap().0).unwrap()
    }

    #[test]
    fn numbers_stand_to_the_right_with_all_their_decimals() {
        assert_eq!(
            print(100),
            "  n  ydelse           beløb\n\
             ───  ────────────  ────────\n\
             \x20 1  kontanthjælp  15874.00\n\
             \x2020  a b               NULL\n\
             300  NULL             -0.05\n"
        );
    }

    #[test]
    fn only_the_wanted_rows_are_shown() {
        assert_eq!(print(1).lines().count(), 3);
        assert_eq!(print(0).lines().count(), 2);
    }
}
