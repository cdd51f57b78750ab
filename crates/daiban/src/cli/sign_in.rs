//! `daiban account sign-in`: a person walked through in the terminal.
//!
//! Asks are shown as they come and answered with lines from stdin; they may as well be answered elsewhere (`daiban ask
//! answer`, the web), so the end of stdin is no end of the walk.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
    time::Duration,
};

use daiban_core::{
    ask::{Answer, Ask, AskKind, AskState},
    errand::Phase,
    error::ServiceError,
    household::ErrandRow,
    id::{AskId, ErrandId},
};
use tokio::{sync::mpsc, time::Instant};

use super::{accounts, asks::points, context::Context, out::Done};
use crate::{app::AppError, say::picture_blocks};

/// A walk that nobody goes on with ends here.
const LONGEST: Duration = Duration::from_secs(15 * 60);
const LOOK: Duration = Duration::from_millis(200);

pub(super) async fn run(
    context: &Context,
    typed: &str,
    way: Option<&str>,
) -> Result<Done, AppError> {
    let account = context.account_id(typed).await?;
    let started = context.app().sign_in(&context.actor, &account, way).await?;
    let Some(errand) = started.errand else {
        return Ok(accounts::one(context, &started.account));
    };
    let driving = AtomicBool::default();
    let ended = tokio::select! {
        ended = walk(context, &errand) => ended?,
        driven = context.keep_driving(&errand, &driving) => match driven? {},
    };
    let account = context.app().account(&context.actor, &account).await?;
    match ended {
        Ended::Done => Ok(accounts::one(context, &account)),
        Ended::Failed(errand) => Err(AppError::Service(ServiceError::SignInLost {
            text: errand.reason,
        })),
        Ended::NobodyAnswered(errand) => Err(AppError::Service(ServiceError::NeedsPerson {
            text: errand.reason,
        })),
    }
}

enum Ended {
    Done,
    Failed(ErrandRow),
    NobodyAnswered(ErrandRow),
}

async fn walk(context: &Context, errand: &ErrandId) -> Result<Ended, AppError> {
    let mut lines = stdin_lines();
    let mut shown = Shown::new(&context.wired.config.data_dir);
    let mut expired = false;
    let until = Instant::now() + LONGEST;
    loop {
        let row = context.app().errand(&context.actor, errand).await?;
        match row.phase {
            Phase::Done => return Ok(Ended::Done),
            Phase::Failed | Phase::Cancelled if expired => return Ok(Ended::NobodyAnswered(row)),
            Phase::Failed | Phase::Cancelled => return Ok(Ended::Failed(row)),
            _ if Instant::now() >= until => return Ok(Ended::NobodyAnswered(row)),
            _ => {}
        }
        let open = open_ask(context, errand).await?;
        match open {
            Some(ask) => {
                if shown.begin(&ask) {
                    show(context, &ask, &shown);
                }
                answer_with_line(context, &ask, &mut lines).await?;
            }
            None => tokio::time::sleep(LOOK).await,
        }
        expired |= shown.any_expired(context).await?;
    }
}

async fn open_ask(context: &Context, errand: &ErrandId) -> Result<Option<Ask>, AppError> {
    let asks = context
        .app()
        .asks(&context.actor, Some(AskState::Open))
        .await?;
    Ok(asks.into_iter().find(|ask| ask.errand == *errand))
}

/// Waits a moment for a line, and answers with it.
async fn answer_with_line(
    context: &Context,
    ask: &Ask,
    lines: &mut mpsc::UnboundedReceiver<String>,
) -> Result<(), AppError> {
    // A QR code is answered with the phone.
    if ask.ask.kind == AskKind::Qr || lines.is_closed() && lines.is_empty() {
        tokio::time::sleep(LOOK).await;
        return Ok(());
    }
    let Ok(Some(line)) = tokio::time::timeout(LOOK, lines.recv()).await else {
        return Ok(());
    };
    let answer = match read_answer(ask.ask.kind, line.trim()) {
        Ok(answer) => answer,
        Err(error) => {
            context.out.show(error.text().in_lang(context.out.lang));
            return Ok(());
        }
    };
    match context.app().answer(&context.actor, &ask.id, answer).await {
        // Answered elsewhere meanwhile, or not of the right form: said, and the walk goes on.
        Err(error @ (AppError::NotNow(_) | AppError::Invalid(_))) => {
            context.out.show(error.text().in_lang(context.out.lang))
        }
        other => drop(other?),
    }
    Ok(())
}

fn read_answer(kind: AskKind, line: &str) -> Result<Answer, AppError> {
    match kind {
        AskKind::Points => points(
            &line
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        ),
        AskKind::Approve | AskKind::Qr => Ok(match line {
            "y" | "Y" | "yes" | "是" | "好" | "同意" => Answer::Approved,
            _ => Answer::Denied,
        }),
        AskKind::Captcha | AskKind::Sms | AskKind::Text => Ok(Answer::Text(line.to_owned())),
    }
}

fn show(context: &Context, ask: &Ask, shown: &Shown) {
    let out = context.out;
    out.show(ask.ask.title.in_lang(out.lang));
    let body = ask.ask.body.in_lang(out.lang);
    if !body.is_empty() {
        out.show(body);
    }
    if let Some(bytes) = picture(ask) {
        if ask.ask.kind == AskKind::Qr
            && let Some(drawn) = picture_blocks(&bytes)
        {
            out.show(drawn);
        }
        match shown.save(ask, &bytes) {
            Ok(path) => out.show(format!(
                "{}{}",
                out.say("图片：", "picture: "),
                path.display()
            )),
            Err(error) => out.show(format!(
                "{}{error}",
                out.say("图片存不下来：", "the picture cannot be saved: ")
            )),
        }
    }
    out.show(match ask.ask.kind {
        AskKind::Qr => out.say(
            "用手机扫这个码，不用在这里输入",
            "scan it with your phone; nothing to type here",
        ),
        AskKind::Captcha => out.say(
            "照图输入，回车：",
            "type what the picture says, then Enter:",
        ),
        AskKind::Points => out.say(
            "按顺序输入点的坐标，如 12,34 56,78，回车：",
            "type the points in order, such as 12,34 56,78, then Enter:",
        ),
        AskKind::Sms => out.say(
            "输入短信验证码，回车：",
            "type the code from the text message, then Enter:",
        ),
        AskKind::Text => out.say("输入，回车：", "type it, then Enter:"),
        AskKind::Approve => out.say(
            "同意就输入 y，否则 n，回车：",
            "y for yes, n for no, then Enter:",
        ),
    });
}

fn picture(ask: &Ask) -> Option<Vec<u8>> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.decode(ask.ask.picture.as_deref()?).ok()
}

/// What was shown already. Saved pictures go away with it.
struct Shown {
    dir: PathBuf,
    asks: HashSet<AskId>,
}

impl Shown {
    fn new(data_dir: &Path) -> Self {
        Self {
            dir: data_dir.join("pictures"),
            asks: HashSet::new(),
        }
    }

    /// Whether it is new.
    fn begin(&mut self, ask: &Ask) -> bool {
        self.asks.insert(ask.id.clone())
    }

    fn save(&self, ask: &Ask, bytes: &[u8]) -> std::io::Result<PathBuf> {
        std::fs::create_dir_all(&self.dir)?;
        let path = self.path(
            &ask.id,
            if bytes.starts_with(&[0xff, 0xd8]) {
                "jpg"
            } else {
                "png"
            },
        );
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // A QR code signs in whoever shows it.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        std::io::Write::write_all(&mut options.open(&path)?, bytes)?;
        Ok(path)
    }

    fn path(&self, ask: &AskId, ending: &str) -> PathBuf {
        self.dir.join(format!("{ask}.{ending}"))
    }

    async fn any_expired(&self, context: &Context) -> Result<bool, AppError> {
        for id in &self.asks {
            if context.app().ask(&context.actor, id).await?.state == AskState::Expired {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        for ask in &self.asks {
            for ending in ["png", "jpg"] {
                let _ = std::fs::remove_file(self.path(ask, ending));
            }
        }
    }
}

/// Lines typed, as they come. A thread, because a read of stdin cannot be called off.
pub(super) fn stdin_lines() -> mpsc::UnboundedReceiver<String> {
    let (tell, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            let Ok(line) = line else { return };
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    lines
}
