//! Why something asked of daiban was not done. Which to use where: input of a person is `Invalid` (or `Settings` when it
//! is a setting or secret), a service's own trouble is `Service`, trouble with the rows is `Store`.

use daiban_core::{
    Text, Timestamp, dates, engine::EngineError, error::ServiceError, invalid::InvalidInput,
    store::StoreError,
};

use crate::config::ConfigError;

/// Why something was not done. Nothing has changed, unless it is [`ServiceError::Unsure`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AppError {
    /// The input was refused.
    #[error(transparent)]
    Invalid(InvalidInput),
    /// A setting or secret of an account or channel was refused.
    #[error(transparent)]
    Settings(InvalidInput),
    /// There is none, or it is not theirs to see.
    #[error("there is no {what} {id}")]
    NotFound {
        /// `errand`, `account`, …
        what: &'static str,
        /// The id asked for.
        id: String,
    },
    /// They may see but not do it.
    #[error("not allowed")]
    Forbidden,
    /// Wrong name, password, token or one-time word.
    #[error("wrong name, password or token")]
    SignIn,
    /// Too many wrong passwords.
    #[error("locked until {until}")]
    Locked {
        /// Until when.
        until: Timestamp,
    },
    /// It makes no sense now.
    #[error("{}", .0.en)]
    NotNow(Text),
    /// The service disappointed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The rows cannot be read or written.
    #[error(transparent)]
    Store(StoreError),
    /// A fault of ours or of the machine.
    #[error("{0}")]
    Internal(String),
}

impl AppError {
    /// The stable word in `application/problem+json`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) | Self::Settings(_) => "invalid_input",
            Self::NotFound { .. } => "not_found",
            Self::Forbidden | Self::SignIn => "forbidden",
            Self::Locked { .. } => "busy",
            Self::NotNow(_) => "refused",
            Self::Service(error) => error.code(),
            Self::Store(StoreError::Unavailable(_)) => "busy",
            Self::Store(_) | Self::Internal(_) => "internal",
        }
    }

    /// The field that is wrong, if one is.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid(invalid) | Self::Settings(invalid) => Some(&invalid.field),
            _ => None,
        }
    }

    /// What to tell the person.
    pub fn text(&self) -> Text {
        match self {
            Self::Invalid(invalid) | Self::Settings(invalid) => Text::new(
                format!("{}：{}", invalid.field, invalid.text.zh),
                format!("{}: {}", invalid.field, invalid.text.en),
            ),
            Self::NotFound { what, id } => Text::new(
                format!("没有这个{}：{id}", thing(what)),
                format!("there is no {what} {id}"),
            ),
            Self::Forbidden => crate::access::not_allowed(),
            Self::SignIn => Text::new("用户名、密码或凭证不对", "wrong name, password or token"),
            Self::Locked { until } => Text::new(
                format!("输错太多次，{} 前不能再试", dates::rfc3339(*until)),
                format!(
                    "too many wrong passwords; locked until {}",
                    dates::rfc3339(*until)
                ),
            ),
            Self::NotNow(text) => text.clone(),
            Self::Service(error) => error.text().clone(),
            Self::Store(error) => Text::new(format!("数据出了问题：{error}"), error.to_string()),
            Self::Internal(why) => Text::new(
                format!("daiban 自身出错：{why}"),
                format!("a fault of daiban: {why}"),
            ),
        }
    }

    /// The exit code of the command line.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Invalid(_) => 2,
            Self::Settings(_) => 3,
            Self::Service(error) => service_exit_code(error),
            _ => 1,
        }
    }
}

fn service_exit_code(error: &ServiceError) -> u8 {
    match error {
        ServiceError::SignInLost { .. } => 4,
        ServiceError::NeedsPerson { .. } => 5,
        ServiceError::Unreachable { .. } => 6,
        ServiceError::Busy { .. } | ServiceError::Closed { .. } | ServiceError::Refused { .. } => 7,
        ServiceError::Unsure { .. } => 9,
        ServiceError::Changed { .. } => 1,
    }
}

fn thing(what: &str) -> &str {
    match what {
        "account" => "账号",
        "errand" => "代办",
        "ask" => "待办事项",
        "call" => "请求",
        "channel" => "通知渠道",
        "notice" => "通知",
        "user" => "用户",
        "token" => "凭证",
        other => other,
    }
}

impl From<InvalidInput> for AppError {
    fn from(invalid: InvalidInput) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<ConfigError> for AppError {
    fn from(error: ConfigError) -> Self {
        Self::Settings(InvalidInput {
            field: error.key,
            text: error.text,
        })
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what, id } => Self::NotFound { what, id },
            StoreError::Invalid(invalid) => Self::Invalid(invalid),
            other => Self::Store(other),
        }
    }
}

impl From<EngineError> for AppError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Invalid(invalid) => Self::Invalid(invalid),
            EngineError::NotNow(text) => Self::NotNow(text),
            EngineError::Store(error) => error.into(),
        }
    }
}
