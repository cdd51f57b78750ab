//! `daiban serve` and `daiban sim`.

use std::sync::Arc;

use daiban_core::{Timestamp, secret::Redactor};
use serde_json::{Value, json};

use super::{
    args::{Demo, Global, Sim},
    context,
    out::{Done, Out, print},
};
use crate::{
    app::AppError,
    config::Config,
    demo::{self, DemoOptions},
    log,
    net::system_chance,
    serve,
};

pub(super) async fn serve(config: Config, global: &Global, out: Out) -> Result<Done, AppError> {
    let held = serve::take_directory(&config.data_dir).await?;
    let wired = context::open(config, global, "info").await?;
    let stop = serve::until_signal();
    let listening = serve::listen(&wired).await?;
    if out.json {
        print(&listening.said().to_string());
    } else {
        print(&format!(
            "{}{}",
            out.say("daiban 正在监听 ", "daiban listens at "),
            listening.listens()
        ));
        if let Some(link) = &listening.setup_url {
            print(&format!(
                "{}{link}",
                out.say(
                    "第一次使用，打开这个链接设置管理员（只能用一次）：",
                    "first time: set up the admin with this link, good for one use: "
                )
            ));
        }
    }
    let router = wired.router();
    listening.run(&wired, router, stop).await;
    drop(held);
    Ok(Done::new(Value::Null, "").silent())
}

pub(super) async fn demo(args: &Demo, global: &Global, out: Out) -> Result<Done, AppError> {
    let redactor = Redactor::default();
    log::begin(redactor.clone(), context::log_level(global, "warn"));
    let options = DemoOptions {
        speed: args.speed,
        listen: args.listen,
        once: args.once,
        json: out.json,
        lang: out.lang,
        rail_data: args.rail_data.clone(),
    };
    let as_expected = demo::run(options, redactor, system_chance()).await?;
    Ok(Done::new(Value::Null, "")
        .silent()
        .code(if as_expected { 0 } else { 1 }))
}

pub(super) async fn sim(args: &Sim, out: Out) -> Result<Done, AppError> {
    let sim = daiban_sim::Sim::new(daiban_sim::Options {
        now: Arc::new(|| Timestamp::now().as_millisecond()),
        seed: args.seed,
        rail_data: args.rail_data.clone(),
    });
    let household = sim.household();
    let addresses = sim
        .serve(args.listen)
        .await
        .map_err(|error| AppError::Internal(format!("{}: {error}", args.listen)))?;
    let mut said = serde_json::to_value(&addresses).unwrap_or_else(|_| json!({}));
    // Who lives in the simulated world: invented people, so that one can sign in as them.
    said["household"] = serde_json::to_value(&household).unwrap_or(Value::Null);
    print(&said.to_string());
    out.progress(out.say(
        "模拟的服务已就绪，按 Ctrl-C 结束",
        "the simulated services are ready; Ctrl-C ends them",
    ));
    let mut stop = serve::until_signal();
    let _ = stop.wait_for(|stop| *stop).await;
    addresses.stop();
    Ok(Done::new(Value::Null, "").silent())
}
