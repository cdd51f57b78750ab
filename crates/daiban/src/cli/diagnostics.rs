//! `daiban diagnostics [FILE|-]`

use std::{fs::OpenOptions, io::Write as _, path::Path};

use serde_json::json;

use super::{
    context::Context,
    out::{Done, Out},
};
use crate::app::AppError;

/// The bundle of this process: rows and files as they are, the log of this command alone. That of a running `serve` has its
/// log and its engine.
pub(super) async fn run(context: &Context, file: &Path) -> Result<Done, AppError> {
    let out = context.out;
    let bundle = context.app().diagnostics(&context.actor).await?;
    if context.serve_runs() {
        out.progress(out.say(
            "serve 正在运行：它自己的日志和引擎状况在网页「诊断」里",
            "serve is running: its own log and engine are on the page Diagnostics",
        ));
    }
    if file.as_os_str() == "-" {
        let text = bundle.text();
        return Ok(Done::new(
            serde_json::to_value(bundle).unwrap_or_default(),
            text,
        ));
    }
    write_new(file, &bundle.text())?;
    Ok(Done::new(json!({ "file": file }), written(out, file)))
}

fn written(out: Out, file: &Path) -> String {
    let said = out.say(
        "已写好，发出去之前请自己看一遍：",
        "written; read it before you send it: ",
    );
    format!("{said}{}", file.display())
}

/// A file that is there already is left as it is.
fn write_new(file: &Path, text: &str) -> Result<(), AppError> {
    let said = |error: std::io::Error| {
        AppError::Settings(daiban_core::invalid::InvalidInput::new(
            "file",
            format!("写不了：{error}"),
            format!("cannot be written: {error}"),
        ))
    };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(file).map_err(said)?;
    open.write_all(text.as_bytes()).map_err(said)
}
