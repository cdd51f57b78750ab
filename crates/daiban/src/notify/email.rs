//! E-mail over the owner's own SMTP server.
//!
//! QQ, 163 and others want an *authorisation code* (授权码) in place of the password. *Documented*: RFC 5321 for the
//! replies: 4xx is for now, 5xx for good; 530, 534 and 535 are about the sign-in.

use async_trait::async_trait;
use daiban_core::{
    account::{Secrets, Settings},
    descriptor::{Form, Label, Wish},
    invalid::InvalidInput,
    notify::{Message, Receipt},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{Mailbox, Mailboxes, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

use super::{About, BASE_URL, ChannelKind, Parcel, Reach, Wire};

/// See the module.
pub(super) struct Email;

const TLS_FORMS: Form = Form::Choice(&[
    (
        "implicit",
        Label::new("一开始就加密（465）", "from the start (465)"),
    ),
    ("starttls", Label::new("STARTTLS（587）", "STARTTLS (587)")),
    (
        "none",
        Label::new("不加密（仅限本机）", "none (this machine only)"),
    ),
]);

static ABOUT: About = About {
    kind: "email",
    name: Label::new("电子邮件", "e-mail"),
    help: Label::new(
        "用自己的邮箱发信；QQ、163 等要填授权码，不是登录密码",
        "sent from a mailbox of one's own; QQ, 163 and others want an authorisation code in place of the password",
    ),
    settings: &[
        text(
            "host",
            Label::new("SMTP 服务器", "SMTP server"),
            "smtp.example.com",
            true,
        ),
        Wish {
            form: Form::Number {
                min: 1,
                max: 65_535,
            },
            ..text(
                "port",
                Label::new(
                    "端口；留空按加密方式",
                    "port; by the form of encryption when empty",
                ),
                "465",
                false,
            )
        },
        Wish {
            form: TLS_FORMS,
            default: Some("implicit"),
            ..text("tls", Label::new("加密", "encryption"), "implicit", false)
        },
        text(
            "username",
            Label::new("用户名；留空则不登录", "user name; no sign-in when empty"),
            "me@example.com",
            false,
        ),
        text("from", Label::new("发件人", "from"), "me@example.com", true),
        text(
            "to",
            Label::new("收件人；可用逗号分隔多个", "to; several with commas"),
            "me@example.com",
            true,
        ),
        BASE_URL,
    ],
    secrets: &[super::sealed(
        "password",
        Label::new("授权码或密码", "authorisation code or password"),
        Label::new("邮箱设置里生成的授权码", "made in the mailbox's settings"),
        false,
    )],
};

const fn text(name: &'static str, label: Label, example: &'static str, required: bool) -> Wish {
    super::setting(name, label, label, example, required)
}

#[async_trait]
impl ChannelKind for Email {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn check(
        &self,
        settings: &Settings,
        secrets: &Secrets,
        reach: Reach,
    ) -> Result<(), InvalidInput> {
        let host = settings.get("host").map_or("", |host| host.trim());
        // The guard reads addresses; the host becomes one.
        reach.check("host", &format!("https://{}/", bracketed(host)))?;
        if tls(settings) == "none" && !is_this_machine(host) {
            return Err(InvalidInput::new(
                "tls",
                "不加密只能用于本机",
                "none is for this machine only",
            ));
        }
        sender(settings)?;
        receivers(settings)?;
        let has_name = settings
            .get("username")
            .is_some_and(|name| !name.trim().is_empty());
        let has_password = secrets
            .get("password")
            .is_some_and(|password| !password.is_empty());
        if has_name && !has_password {
            return Err(InvalidInput::new(
                "password",
                "填了用户名就要填授权码或密码",
                "is required with a user name",
            ));
        }
        Ok(())
    }

    async fn send(&self, wire: &Wire, parcel: Parcel<'_>) -> Receipt {
        match post(wire, parcel).await {
            Ok(receipt) | Err(receipt) => receipt,
        }
    }
}

async fn post(wire: &Wire, parcel: Parcel<'_>) -> Result<Receipt, Receipt> {
    let refused = |wrong: InvalidInput| Receipt::Failed {
        answer: wire.say(
            &format!("{}：{}", wrong.field, wrong.text.zh),
            &wrong.to_string(),
        ),
    };
    Email
        .check(parcel.settings, parcel.secrets, wire.reach())
        .map_err(refused)?;
    let letter = letter(parcel.settings, parcel.message).map_err(refused)?;
    let transport = transport(wire, parcel).await?;
    match transport.send(letter).await {
        Ok(answer) => Ok(Receipt::Sent {
            answer: format!(
                "{} {}",
                answer.code(),
                answer.message().collect::<Vec<_>>().join(" ")
            ),
        }),
        Err(error) => Ok(judge(wire, &error)),
    }
}

async fn transport(
    wire: &Wire,
    parcel: Parcel<'_>,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, Receipt> {
    let host = parcel.setting("host");
    let usual_port = match tls(parcel.settings) {
        "implicit" => 465,
        "starttls" => 587,
        _ => 25,
    };
    let port = parcel.setting("port").parse().unwrap_or(usual_port);
    let address = wire.resolve(host.trim_matches(['[', ']']), port).await?;
    let certificates = || {
        TlsParameters::new(host.to_owned()).map_err(|error| Receipt::Failed {
            answer: error.to_string(),
        })
    };
    let tls = match tls(parcel.settings) {
        "implicit" => Tls::Wrapper(certificates()?),
        "starttls" => Tls::Required(certificates()?),
        _ => Tls::None,
    };
    // "Dangerous" is lettre's word for a builder without encryption, which is set in the next line. The connection goes to
    // the address that was looked at; the certificate must be the host's.
    let mut builder =
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
            .tls(tls)
            .port(port)
            .timeout(Some(wire.timeout()));
    let username = parcel.setting("username");
    if !username.is_empty() {
        builder = builder.credentials(Credentials::new(
            username.to_owned(),
            parcel.secret("password").to_owned(),
        ));
    }
    Ok(builder.build())
}

fn letter(settings: &Settings, message: &Message) -> Result<lettre::Message, InvalidInput> {
    let from = sender(settings)?;
    let link = message
        .link
        .as_deref()
        .map(|link| format!("\n\n{link}"))
        .unwrap_or_default();
    let id = format!("<{}@{}>", message.id, from.email.domain());
    // A title is one line, whatever is in it.
    let subject = message
        .title
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let mut builder = lettre::Message::builder()
        .from(from)
        .date(message.at.into())
        .message_id(Some(id))
        .subject(subject)
        .header(ContentType::TEXT_PLAIN);
    for receiver in receivers(settings)? {
        builder = builder.to(receiver);
    }
    let body = format!("{}{link}\n", message.body);
    builder
        .body(body)
        .map_err(|error| InvalidInput::new("to", error.to_string(), error.to_string()))
}

fn judge(wire: &Wire, error: &lettre::transport::smtp::Error) -> Receipt {
    let answer = crate::net::words(error);
    match error.status().map(u16::from) {
        Some(530 | 534 | 535) => Receipt::Failed {
            answer: format!(
                "{answer}。{}",
                wire.say(
                    "请检查用户名和授权码",
                    "Check the user name and the authorisation code"
                )
            ),
        },
        _ if error.is_permanent() => Receipt::Failed { answer },
        _ => Receipt::Retry {
            after_s: None,
            answer,
        },
    }
}

fn tls(settings: &Settings) -> &str {
    let given = settings
        .get("tls")
        .map(|tls| tls.trim())
        .filter(|tls| !tls.is_empty());
    given.unwrap_or("implicit")
}

fn bracketed(host: &str) -> String {
    let bare = host.trim_matches(['[', ']']);
    if bare.contains(':') {
        format!("[{bare}]")
    } else {
        bare.to_owned()
    }
}

fn is_this_machine(host: &str) -> bool {
    let url = url::Url::parse(&format!("https://{}/", bracketed(host)));
    url.is_ok_and(|url| crate::net::address::is_loopback(&url))
}

fn sender(settings: &Settings) -> Result<Mailbox, InvalidInput> {
    let from = settings.get("from").map_or("", |from| from.trim());
    from.parse().map_err(|_| not_a_mailbox("from"))
}

fn receivers(settings: &Settings) -> Result<Vec<Mailbox>, InvalidInput> {
    let to = settings
        .get("to")
        .map_or("", |to| to.trim())
        .replace('，', ",");
    let receivers: Mailboxes = to.parse().map_err(|_| not_a_mailbox("to"))?;
    let receivers: Vec<Mailbox> = receivers.into_iter().collect();
    if receivers.is_empty() {
        return Err(not_a_mailbox("to"));
    }
    Ok(receivers)
}

fn not_a_mailbox(field: &str) -> InvalidInput {
    InvalidInput::new(
        field,
        "应当是邮箱地址，例如 me@example.com",
        "should be a mail address such as me@example.com",
    )
}
