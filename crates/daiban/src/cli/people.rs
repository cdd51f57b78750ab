//! `daiban user` and `daiban token`.

use daiban_core::household::{Role, Scope};
use serde_json::{Value, json};

use super::{
    args::{BelongingsArg, RoleArg, ScopeArg, Token, User},
    context::{Context, password},
    out::{Done, Out},
};
use crate::{
    app::{AppError, Belongings},
    say::{self, Table},
};

pub(super) async fn user(context: &Context, verb: User) -> Result<Done, AppError> {
    let (app, actor, out) = (context.app(), &context.actor, context.out);
    match verb {
        User::Add { name, role, .. } => {
            let user = app
                .add_user(actor, &name, role.into(), &password()?)
                .await?;
            Ok(Done::new(
                say::user(&user),
                format!("{} {}", user.id, user.name),
            ))
        }
        User::List => {
            let users = app.users(actor).await?;
            let mut table = Table::new(&[
                "id",
                out.say("名称", "name"),
                out.say("角色", "role"),
                out.say("锁定到", "locked until"),
            ]);
            for user in &users {
                let said = say::user(user);
                table.row([
                    user.id.to_string(),
                    user.name.clone(),
                    word(&said["role"]),
                    word(&said["locked_until"]),
                ]);
            }
            Ok(Done::new(
                users.iter().map(say::user).collect(),
                table.to_text(),
            ))
        }
        User::Passwd {
            name,
            without_two_step,
            ..
        } => {
            let user = app.user_named(actor, &name).await?;
            app.set_password(actor, &user.id, &password()?).await?;
            if without_two_step {
                app.rescue_two_step(actor, &user.id).await?;
            }
            let user = app.user_named(actor, &name).await?;
            Ok(Done::new(say::user(&user), said(out, without_two_step)))
        }
        User::Invite { role, name } => {
            let (word, invitation) = app.invite(actor, role.into(), name.as_deref()).await?;
            let link = format!("{}/join/{}", address(context), word.reveal());
            let mut said = say::invitation(&invitation);
            said["link"] = Value::from(link.as_str());
            Ok(Done::new(said, link))
        }
        User::Invitations => {
            let open = app.invitations(actor).await?;
            let mut table = Table::new(&[
                "id",
                out.say("角色", "role"),
                out.say("名称", "name"),
                out.say("有效到", "until"),
            ]);
            for invitation in &open {
                let said = say::invitation(invitation);
                table.row(["id", "role", "name", "until"].map(|field| word(&said[field])));
            }
            let said = open.iter().map(say::invitation).collect();
            Ok(Done::new(said, table.to_text()))
        }
        User::Uninvite { id } => {
            let revoked = app.revoke_invitation(actor, &id).await?;
            let said = say::invitation(&revoked);
            Ok(Done::new(said, out.say("已收回", "taken back")))
        }
        User::Unlock { name } => {
            let user = app.user_named(actor, &name).await?;
            app.unlock(actor, &user.id).await?;
            let user = app.user_named(actor, &name).await?;
            Ok(Done::new(say::user(&user), out.say("已解锁", "unlocked")))
        }
        User::Role { name, role } => {
            let user = app.user_named(actor, &name).await?;
            let user = app.set_role(actor, &user.id, role.into()).await?;
            Ok(Done::new(say::user(&user), out.say("角色已改", "role set")))
        }
        User::Remove { name, accounts } => {
            let user = app.user_named(actor, &name).await?;
            let belongings = accounts.map_or(Belongings::Refuse, Belongings::from);
            app.remove_user(actor, &user.id, belongings).await?;
            let said = json!({ "removed": user.id });
            Ok(Done::new(said, out.say("已移走", "removed")))
        }
    }
}

fn said(out: Out, without_two_step: bool) -> &'static str {
    match without_two_step {
        false => out.say(
            "密码已改，全部登录已结束，锁定已解除",
            "password set; all sessions ended, no lock any more",
        ),
        true => out.say(
            "密码已改，两步验证已关，全部登录已结束，锁定已解除",
            "password set, two-step sign-in off; all sessions ended, no lock any more",
        ),
    }
}

/// Where people open daiban, as far as the settings say.
fn address(context: &Context) -> String {
    let config = &context.wired.config;
    let told = config.public_url.clone();
    told.unwrap_or_else(|| format!("http://{}", config.listen))
}

pub(super) async fn token(context: &Context, verb: Token) -> Result<Done, AppError> {
    let (app, actor, out) = (context.app(), &context.actor, context.out);
    match verb {
        Token::Create { name, scope, user } => {
            let whose = match user {
                Some(user) => app.user_named(actor, &user).await?.id,
                None => actor.user.clone(),
            };
            let (secret, token) = app.add_token(actor, &whose, &name, scope.into()).await?;
            let mut said = say::token(&token);
            said["token"] = Value::from(secret.reveal());
            Ok(Done::new(said, secret.reveal()))
        }
        Token::List => {
            let tokens = app.tokens(actor).await?;
            let mut table = Table::new(&[
                "id",
                out.say("名称", "name"),
                out.say("权限", "scope"),
                out.say("上次使用", "last used"),
            ]);
            for token in &tokens {
                let said = say::token(token);
                table.row([
                    token.id.clone(),
                    token.name.clone(),
                    word(&said["scope"]),
                    word(&said["used_at"]),
                ]);
            }
            Ok(Done::new(
                tokens.iter().map(say::token).collect(),
                table.to_text(),
            ))
        }
        Token::Revoke { id } => {
            app.revoke_token(actor, &id).await?;
            Ok(Done::new(
                json!({ "revoked": id }),
                out.say("已作废", "revoked"),
            ))
        }
    }
}

/// A JSON word as it is shown in a table: nothing for null.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl From<BelongingsArg> for Belongings {
    fn from(belongings: BelongingsArg) -> Self {
        match belongings {
            BelongingsArg::Move => Self::Move,
            BelongingsArg::Remove => Self::Remove,
        }
    }
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Admin => Self::Admin,
            RoleArg::Member => Self::Member,
            RoleArg::Viewer => Self::Viewer,
        }
    }
}

impl From<ScopeArg> for Scope {
    fn from(scope: ScopeArg) -> Self {
        match scope {
            ScopeArg::Read => Self::Read,
            ScopeArg::Write => Self::Write,
            ScopeArg::Admin => Self::Admin,
        }
    }
}
