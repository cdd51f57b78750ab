//! The command line: noun and verb, one value on stdout, progress on stderr, exit codes.
//!
//! No rules here: a command reads what was typed, calls the application layer and prints.

use std::{collections::BTreeMap, ffi::OsString, process::ExitCode};

use clap::{Parser as _, error::ErrorKind};
use daiban_core::{Lang, invalid::InvalidInput};

use crate::{
    app::{AppError, audit},
    config::{Config, Overrides},
};

mod accounts;
mod args;
mod asks;
mod channels;
mod context;
mod errands;
mod hospital;
mod out;
mod people;
mod rail;
mod rail_account;
mod running;
mod services;
mod sign_in;
mod system;
mod vehicle;
mod vehicle_tell;

use args::{Cli, Command, Global, LangArg};
use context::Context;
use out::{Done, Out};

/// Runs the program as it was called.
pub fn main() -> ExitCode {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&typed) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &typed),
    };
    let out = out_of(&cli.global, Lang::default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let code = runtime.block_on(run(cli));
            // A thread may still wait for a line on stdin; nobody needs it any more.
            runtime.shutdown_background();
            code
        }
        Err(error) => out.failed(&AppError::Internal(error.to_string())),
    }
}

/// Help and version are no errors; anything else is exit code 2, with `--json` as a problem document.
fn usage(error: &clap::Error, typed: &[OsString]) -> ExitCode {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if is_help || !typed.iter().any(|word| word == "--json") {
        let _ = error.print();
        return ExitCode::from(if is_help { 0 } else { 2 });
    }
    let words = error.to_string();
    let words = words
        .trim()
        .trim_start_matches("error: ")
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    let field = words.split('\'').nth(1).unwrap_or("command").to_owned();
    let out = Out {
        json: true,
        lang: Lang::En,
        quiet: false,
    };
    out.failed(&AppError::Invalid(InvalidInput::new(
        field,
        words.clone(),
        words,
    )))
}

fn out_of(global: &Global, otherwise: Lang) -> Out {
    Out {
        json: global.json,
        lang: match global.lang {
            Some(LangArg::Zh) => Lang::Zh,
            Some(LangArg::En) => Lang::En,
            None => otherwise,
        },
        quiet: global.quiet,
    }
}

async fn run(cli: Cli) -> ExitCode {
    let out = out_of(&cli.global, Lang::default());
    let config = match load(&cli) {
        Ok(config) => config,
        Err(error) => return out.failed(&error),
    };
    let out = out_of(&cli.global, config.lang);
    match audit::from_command_line(dispatch(cli, config, out)).await {
        Ok(done) => out.done(&done),
        Err(error) => out.failed(&error),
    }
}

fn load(cli: &Cli) -> Result<Config, AppError> {
    let global = &cli.global;
    let listen = match &cli.command {
        Command::Serve { listen } => listen.map(|address| address.to_string()),
        _ => None,
    };
    let env: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let flags = Overrides::default()
        .with("server.listen", listen)
        .with(
            "data_dir",
            global
                .data_dir
                .as_ref()
                .map(|dir| dir.to_string_lossy().into_owned()),
        )
        .with(
            "lang",
            global
                .lang
                .map(|lang| if lang == LangArg::En { "en" } else { "zh" }),
        );
    Ok(Config::load(global.config.as_deref(), &env, flags)?)
}

async fn dispatch(cli: Cli, config: Config, out: Out) -> Result<Done, AppError> {
    let global = cli.global;
    match cli.command {
        Command::Config(verb) => Ok(system::config(verb, &config, out)),
        Command::Completions { shell } => Ok(system::completions(shell)),
        Command::Sim(sim) => running::sim(&sim, out).await,
        Command::Healthcheck => system::healthcheck(&config, out).await,
        Command::Doctor => system::doctor(&config, out).await,
        Command::Demo(demo) => running::demo(&demo, &global, out).await,
        Command::Serve { .. } => running::serve(config, &global, out).await,
        Command::User(verb) => {
            people::user(&Context::open(config, &global, out).await?, verb).await
        }
        Command::Token(verb) => {
            people::token(&Context::open(config, &global, out).await?, verb).await
        }
        Command::Account(verb) => {
            accounts::run(&Context::open(config, &global, out).await?, verb).await
        }
        Command::Ask(verb) => asks::run(&Context::open(config, &global, out).await?, verb).await,
        Command::Errand(verb) => {
            errands::run(&Context::open(config, &global, out).await?, verb).await
        }
        Command::Permit(verb) => {
            services::permit(&Context::open(config, &global, out).await?, verb).await
        }
        Command::Rail(verb) => rail::run(&Context::open(config, &global, out).await?, verb).await,
        Command::Violation(verb) => {
            services::violation(&Context::open(config, &global, out).await?, verb).await
        }
        Command::Hospital(verb) => {
            hospital::run(&Context::open(config, &global, out).await?, verb).await
        }
        Command::Car(verb) => vehicle::run(&Context::open(config, &global, out).await?, verb).await,
        Command::Channel(verb) => {
            channels::run(&Context::open(config, &global, out).await?, verb).await
        }
        Command::Outbox(args::Outbox::List) => {
            channels::outbox(&Context::open(config, &global, out).await?).await
        }
    }
}
