//! Puts the parts together: store, net, providers, desk, engine, application, for `serve`, for a command, for the demo.

use std::{sync::Arc, time::Duration};

use axum::Router;
use daiban_core::{
    clock::Clock,
    descriptor::Descriptor,
    http::{Http, HttpFailure, Lines, Request, Response},
    id::AccountId,
    notify::Notifier,
    provider::Provider,
    secret::Redactor,
    service::Service,
    store::StoreError,
};
use daiban_engine::{Desk, DeskOptions, Embedded, EngineOptions};
use daiban_store::SqliteStore;
use tokio::sync::watch;

use crate::{
    api,
    app::{App, AppParts},
    clock::SystemClock,
    config::Config,
    diagnostics::Machine,
    discreet::{Discreet, learn, learn_settings},
    front::{self, FrontOptions, Hosts},
    net::{Chance, Net, NetOptions},
    notify::{Notify, NotifyOptions, Outbox, OutboxOptions, Quiet},
    web::{self, WebOptions},
};

/// One attempt to send a notice may take this long.
const NOTICE_TIMEOUT: Duration = Duration::from_secs(10);
/// How often old rows are let go of.
const HOUSEKEEPING: Duration = Duration::from_secs(86_400);
/// How often new notices are looked for.
const OUTBOX_LOOK: Duration = Duration::from_millis(500);

/// What everything is built from.
pub struct Ground {
    /// The settings.
    pub config: Config,
    /// The rows.
    pub store: SqliteStore,
    /// Time for errands: the machine's, or a faster one.
    pub clock: Arc<dyn Clock>,
    /// The machine's time, for sessions, tokens and one-time words.
    pub wall: Arc<dyn Clock>,
    /// How the engine runs.
    pub engine: EngineOptions,
    /// Chance, for ids and jitter.
    pub chance: Chance,
    /// Takes secrets out of the log; it learns them here.
    pub redactor: Redactor,
}

/// Everything, put together. Nothing runs yet.
pub struct Wired {
    /// What web, API and command line call.
    pub app: App,
    /// The engine.
    pub engine: Arc<Embedded>,
    /// The lines to the services, for their counts.
    pub net: Arc<Net>,
    /// The rows.
    pub store: SqliteStore,
    /// The settings.
    pub config: Config,
    /// Time.
    pub clock: Arc<dyn Clock>,
    outbox: Outbox,
}

/// Builds everything and makes the redactor know every stored secret.
///
/// # Errors
/// The store's.
pub async fn wire(ground: Ground) -> Result<Wired, StoreError> {
    let Ground {
        config,
        store,
        clock,
        wall,
        engine,
        chance,
        redactor,
    } = ground;
    crate::net::install_tls();
    config.register_secrets(&redactor);
    let shared = Arc::new(store.clone());
    let providers: Vec<Box<dyn Provider>> = daiban_providers::all()
        .into_iter()
        .map(|provider| Box::new(Discreet::new(provider, redactor.clone())) as Box<dyn Provider>)
        .collect();
    learn_stored(&store, &redactor, &providers).await?;
    let net = Net::new(NetOptions {
        store: shared.clone(),
        household: shared.clone(),
        clock: clock.clone(),
        chance: chance.clone(),
        redactor: redactor.clone(),
        settings: config.net_settings(),
    });
    let descriptors = providers
        .iter()
        .map(|provider| provider.descriptor())
        .collect();
    let desk = Desk::new(DeskOptions {
        store: shared.clone(),
        household: shared.clone(),
        lines: Arc::new(NetLines {
            net: net.clone(),
            descriptors,
        }),
        providers,
        clock: clock.clone(),
        chance: chance.clone(),
        settings: Service::ALL
            .into_iter()
            .map(|service| (service, config.service_settings(service)))
            .collect(),
        holder: holder(&chance),
    });
    let engine = Embedded::new(desk.clone(), engine);
    let notify = Notify::new(NotifyOptions {
        allow_private: config.allow_private,
        lang: config.lang,
        clock: clock.clone(),
        redactor: redactor.clone(),
        timeout: NOTICE_TIMEOUT,
    });
    let notify = Arc::new(notify.keeping(Quiet {
        hours: config.quiet_hours,
        asks_break: config.asks_break_quiet,
    }));
    let outbox = Outbox::new(OutboxOptions {
        household: shared.clone(),
        notifier: notify.clone() as Arc<dyn Notifier>,
        quiet_hours: config.quiet_hours,
        asks_break_quiet: config.asks_break_quiet,
        public_url: config.public_url.clone(),
        lang: config.lang,
    });
    let app = App::new(AppParts {
        household: shared.clone(),
        store: shared,
        engine: engine.clone(),
        desk,
        notify,
        clock: clock.clone(),
        wall,
        chance,
        redactor,
        lang: config.lang,
    })
    .on(Machine::of(&config));
    Ok(Wired {
        app,
        engine,
        net,
        store,
        config,
        clock,
        outbox,
    })
}

impl Wired {
    /// Every address daiban answers at: pages and API.
    pub fn router(&self) -> Router {
        self.router_with(false)
    }

    /// The same with pages that look at themselves every other second, as in the demo an hour is over in seconds.
    pub fn router_with_live_pages(&self) -> Router {
        self.router_with(true)
    }

    fn router_with(&self, live: bool) -> Router {
        let options = WebOptions {
            household: Arc::new(self.store.clone()),
            secure_cookies: self
                .config
                .public_url
                .as_deref()
                .is_some_and(|url| url.starts_with("https://")),
            live,
            map_url: self.config.map_url.clone(),
        };
        let router = web::router(self.app.clone(), options).merge(api::router(self.app.clone()));
        front::before(router, self.front())
    }

    fn front(&self) -> FrontOptions {
        let (server, public) = (&self.config.server, self.config.public_url.as_deref());
        let public = public.and_then(|url| url::Url::parse(url).ok());
        let public = public.as_ref().and_then(url::Url::host_str);
        FrontOptions {
            behind_proxy: server.behind_proxy,
            proxies: server.trusted_proxies.clone(),
            own_tls: server.tls.is_some(),
            hosts: Hosts::new(server.hosts.iter().map(String::as_str).chain(public)),
            rate_limit: server.rate_limit,
            guess_limit: 0,
            body_within: None,
            lang: self.config.lang,
        }
    }

    /// Runs the engine and the outbox until told to stop; what is under way is finished first.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        tokio::join!(
            self.engine.clone().run(stop.clone()),
            self.run_outbox(stop.clone()),
            self.keep_house(stop)
        );
    }

    /// Once a day, what has outlived its use goes. By the machine's clock: a demo's fast days end nobody's session.
    async fn keep_house(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.store.prune(SystemClock.now()).await {
                tracing::debug!(%error, "old rows stay until tomorrow");
            }
            tokio::select! {
                () = tokio::time::sleep(HOUSEKEEPING) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn run_outbox(&self, mut stop: watch::Receiver<bool>) {
        let mut trouble_said = false;
        while !*stop.borrow() {
            match self.outbox.round(self.clock.now()).await {
                Ok(_) => trouble_said = false,
                Err(error) if !trouble_said => {
                    trouble_said = true;
                    tracing::error!(%error, "notices wait: the data cannot be used");
                }
                Err(_) => {}
            }
            // New notices come without a word, so the rows are looked at often; a look costs one small query.
            tokio::select! {
                () = tokio::time::sleep(OUTBOX_LOOK) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Sends what is due once: for a command that made a notice while nothing else runs.
    ///
    /// # Errors
    /// The store's.
    pub async fn send_due_notices(&self) -> Result<(), StoreError> {
        self.outbox.round(self.clock.now()).await.map(drop)
    }
}

async fn learn_stored(
    store: &SqliteStore,
    redactor: &Redactor,
    providers: &[Box<dyn Provider>],
) -> Result<(), StoreError> {
    use daiban_core::household::Household as _;
    for account in store.accounts(None).await? {
        learn(redactor, &store.secrets(&account.id).await?);
        let mut providers = providers.iter().map(AsRef::as_ref);
        let its = providers.find(|it| it.descriptor().service == account.service);
        if let Some(provider) = its {
            learn_settings(redactor, provider, &account.settings);
        }
    }
    for channel in store.channels(None).await? {
        learn(redactor, &store.channel(&channel.id).await?.1);
    }
    Ok(())
}

/// This process in the rows of hands: never the same twice, also not after a restart with the same process number.
fn holder(chance: &Chance) -> String {
    format!("{}-{:016x}", std::process::id(), chance())
}

/// The net, asked by service.
struct NetLines {
    net: Arc<Net>,
    descriptors: Vec<&'static Descriptor>,
}

impl Lines for NetLines {
    fn line(&self, service: Service, account: Option<&AccountId>) -> Box<dyn Http> {
        match self
            .descriptors
            .iter()
            .find(|descriptor| descriptor.service == service)
        {
            Some(descriptor) => Box::new(self.net.line(descriptor, account)),
            None => Box::new(NoLine),
        }
    }
}

/// A service nobody provides has no line. The desk refuses it before, so this is only met by mistake.
struct NoLine;

#[async_trait::async_trait]
impl Http for NoLine {
    async fn send(&self, _request: Request) -> Result<Response, HttpFailure> {
        Err(HttpFailure::NotSent {
            text: "no such service".to_owned(),
        })
    }
}
