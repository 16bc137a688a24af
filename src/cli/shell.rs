//! The interactive shell: history, completion, several lines until `;`, and commands that begin with a backslash.

mod catalog;
mod complete;
mod workers;

use std::path::PathBuf;

use clap::ValueEnum;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{CompletionType, Config, Editor};

use super::Global;
use super::format::Format;
use super::output::Output;
use super::sql::Queries;
use super::statement::{self, Parameters};
use crate::error::{Error, Result};
use crate::session::Engine;
use complete::Assistant;
use workers::Workers;

const HELP: &str = "\
\x20 QUERY;            run a query; it may take several lines
  \\d                list tables and views
  \\d TABLE          columns of a table, with what they mean
  \\df [TEXT]        functions, or those whose name holds TEXT
  \\format [FORMAT]  show or choose how rows are written: table, csv, json
  \\timing           turn the note of rows and time on or off
  Ctrl-C            stop the query that is running
  \\q                leave (also Ctrl-D)";

/// What the user can change while the shell is open.
struct Settings {
    format: Format,
    timing: bool,
}

/// Reads and runs what the user types until they leave. A faulty query is reported and the shell goes on.
///
/// # Errors
/// When the catalog cannot be read, or the terminal fails.
pub(super) async fn run(
    engine: &Engine,
    parameters: &Parameters,
    format: Format,
    global: &Global,
    output: &Output,
) -> Result<()> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .history_ignore_space(true)
        .max_history_size(10_000)
        .and_then(|config| config.history_ignore_dups(true))
        .map_err(terminal)?
        .build();
    let mut editor: Editor<Assistant, DefaultHistory> = Editor::with_config(config).map_err(terminal)?;
    editor.set_helper(Some(Assistant::new(catalog::words(engine).await?)));
    let history = history_file();
    if let Some(path) = &history {
        // The first time there is none.
        let _ = editor.load_history(path);
    }
    output.note(format!("advisql {}. \\? for help, \\q to leave.", env!("CARGO_PKG_VERSION")));
    let mut settings = Settings { format, timing: true };
    let mut workers = Workers::new(global)?;
    loop {
        match editor.readline("advisql> ") {
            Ok(line) => {
                let line = line.trim();
                if line.is_empty() {
                    continue;
                }
                // History is a convenience: a full disk must not end the shell.
                let _ = editor.add_history_entry(line);
                if matches!(line, "\\q" | "quit" | "exit" | "quit;" | "exit;") {
                    break;
                }
                let queries = Queries { engine, parameters, workers: workers.handle(), output };
                tokio::select! {
                    answered = answer(&queries, line, &mut settings) => {
                        if let Err(error) = answered {
                            output.error(&error);
                        }
                    }
                    _ = tokio::signal::ctrl_c() => {
                        output.error(&Error::Query("interrupted".to_owned()));
                        workers = Workers::new(global)?;
                    }
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(terminal(error)),
        }
    }
    if let Some(path) = &history {
        let _ = path.parent().map(std::fs::create_dir_all);
        if let Err(error) = editor.save_history(path) {
            output.note(format!("the history could not be kept in {}: {error}", path.display()));
        }
    }
    Ok(())
}

async fn answer(queries: &Queries<'_>, line: &str, settings: &mut Settings) -> Result<()> {
    let Queries { engine, output, .. } = queries;
    let Some(command) = line.strip_prefix('\\') else {
        for text in statement::split(line)? {
            queries.execute(&text, settings.format, None, settings.timing).await?;
        }
        return Ok(());
    };
    let mut words = command.split_whitespace();
    let (name, argument) = (words.next().unwrap_or_default(), words.next());
    match (name, argument) {
        ("?" | "h" | "help", _) => output.line(HELP),
        ("d" | "dt", None) => catalog::list_tables(engine, output).await,
        ("d", Some(table)) => catalog::describe(engine, table.trim_end_matches(';'), output).await,
        ("df", pattern) => catalog::list_functions(engine, pattern, output),
        ("timing", _) => {
            settings.timing = !settings.timing;
            output.note(if settings.timing { "timing is on" } else { "timing is off" });
            Ok(())
        }
        ("format", None) => output.line(name_of(settings.format)),
        ("format", Some(wanted)) => {
            settings.format = match Format::from_str(wanted, true) {
                Ok(Format::Parquet) | Err(_) => {
                    return Err(Error::Usage(format!("there is no format '{wanted}': table, csv or json")));
                }
                Ok(format) => format,
            };
            Ok(())
        }
        _ => Err(Error::Usage(format!("there is no command \\{name}: \\? lists them"))),
    }
}

fn name_of(format: Format) -> String {
    format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// The history file in the user's state folder, by the XDG rules.
fn history_file() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state")))?;
    Some(state.join("advisql").join("history"))
}

fn terminal(error: ReadlineError) -> Error {
    let source = match error {
        ReadlineError::Io(source) => source,
        other => std::io::Error::other(other.to_string()),
    };
    Error::file("terminal")(source)
}
