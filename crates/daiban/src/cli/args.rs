//! The commands, noun and verb, as they are typed.

use std::{net::SocketAddr, path::PathBuf};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

/// daiban 代办：进京证、火车票、违章、挂号、车，自己跑腿 / runs your errands.
#[derive(Debug, Parser)]
#[command(name = "daiban", version, about, propagate_version = true)]
pub(super) struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(super) struct Global {
    /// 设置文件 / the settings file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// 数据目录 / the data directory
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// 标准输出只有一个 JSON 值 / one JSON value on stdout and nothing else
    #[arg(long, global = true)]
    pub json: bool,
    /// 语言 / language
    #[arg(long, global = true, value_enum)]
    pub lang: Option<LangArg>,
    /// 少说 / say less
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// 多说 / say more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LangArg {
    Zh,
    En,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 演示：模拟的服务和一家人，什么都不用设置 / simulator, daiban and a sample household
    Demo(Demo),
    /// 启动：引擎、网页、接口 / the program: engine, web, API
    Serve {
        /// 监听地址 / where to listen
        #[arg(long)]
        listen: Option<SocketAddr>,
    },
    /// 只启动模拟的服务 / the simulated services alone
    Sim(Sim),
    /// 用户 / users
    #[command(subcommand)]
    User(User),
    /// 接口凭证 / API tokens
    #[command(subcommand)]
    Token(Token),
    /// 各服务的账号 / accounts at the services
    #[command(subcommand)]
    Account(Account),
    /// 待你处理 / what only a person can do
    #[command(subcommand)]
    Ask(Ask),
    /// 代办 / errands
    #[command(subcommand)]
    Errand(Errand),
    /// 进京证 / the Beijing entry permit
    #[command(subcommand)]
    Permit(Permit),
    /// 火车票 / trains
    #[command(subcommand)]
    Rail(Rail),
    /// 违章 / traffic fines
    #[command(subcommand)]
    Violation(Violation),
    /// 挂号 / doctors
    #[command(subcommand)]
    Hospital(Hospital),
    /// 车 / cars
    #[command(subcommand)]
    Car(Car),
    /// 通知渠道 / ways to reach you
    #[command(subcommand)]
    Channel(Channel),
    /// 操作记录 / who did what in daiban
    #[command(subcommand)]
    Audit(AuditLog),
    /// 发出的通知 / what was sent
    #[command(subcommand)]
    Outbox(Outbox),
    /// 设置 / settings
    #[command(subcommand)]
    Config(Config),
    /// 检查这台机器上的 daiban / looks for what is wrong on this machine
    Doctor,
    /// 报问题用的诊断文件，发出去之前自己看一遍 / a file for a bug report; read it before you send it
    Diagnostics {
        /// 写到哪个文件；- 是标准输出 / which file to write; - is stdout
        #[arg(default_value = "-")]
        file: PathBuf,
    },
    /// 问正在运行的 daiban 是否就绪 / asks the running program whether it is ready
    Healthcheck,
    /// 命令补全脚本 / completions for a shell
    Completions {
        /// bash, zsh, fish, …
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// 时间快多少倍 / how many times as fast as the clock on the wall
    #[arg(long, default_value_t = crate::demo::DEFAULT_SPEED, value_parser = speed)]
    pub speed: f64,
    /// 监听地址 / where to listen
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// 演完就结束，报告结果 / ends with a report when every errand has its outcome
    #[arg(long)]
    pub once: bool,
    /// 录下的 12306 应答所在目录 / a folder with recorded rail answers
    #[arg(long, value_name = "DIR")]
    pub rail_data: Option<PathBuf>,
}

fn speed(typed: &str) -> Result<f64, String> {
    match typed.parse::<f64>() {
        Ok(speed) if (1.0..=1_000_000.0).contains(&speed) => Ok(speed),
        _ => Err("should be a number from 1 to 1000000".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(super) struct Sim {
    /// 监听地址；端口依次加一 / where to listen; each service takes the next port
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// 随机种子 / where chance begins
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// 录下的 12306 应答所在目录 / a folder with recorded rail answers
    #[arg(long, value_name = "DIR")]
    pub rail_data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// 添加用户，密码从标准输入读 / adds a user; the password comes on stdin
    Add {
        #[arg(long)]
        name: String,
        #[arg(long, value_enum)]
        role: RoleArg,
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// 列出用户 / lists users
    List,
    /// 改密码，并结束其全部登录 / sets a password and ends all sessions
    Passwd {
        name: String,
        #[arg(long, required = true)]
        password_stdin: bool,
        /// 同时关掉两步验证，手机丢了时用 / switches two-step sign-in off too, for a lost phone
        #[arg(long)]
        without_two_step: bool,
    },
    /// 做一个邀请链接，三天内可用一次 / makes an invitation, good once within three days
    Invite {
        #[arg(long, value_enum)]
        role: RoleArg,
        /// 建议的名字，对方可以改 / a name to propose
        #[arg(long)]
        name: Option<String>,
    },
    /// 列出还没用的邀请 / lists open invitations
    Invitations,
    /// 收回一个邀请 / takes an invitation back
    Uninvite { id: String },
    /// 解除因输错密码的锁定 / lets a locked user try again
    Unlock { name: String },
    /// 改角色 / changes what somebody may do
    Role {
        name: String,
        #[arg(value_enum)]
        role: RoleArg,
    },
    /// 移走一个人，其登录、凭证和两步验证马上结束 / removes somebody; every way in ends at once
    Remove {
        name: String,
        /// 名下账号怎么办：归第一位管理员，或者一起移除 / what becomes of their accounts
        #[arg(long, value_enum)]
        accounts: Option<BelongingsArg>,
    },
}

/// What becomes of accounts whose owner is removed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum BelongingsArg {
    /// 连同代办归第一位管理员 / with their errands to the first admin
    Move,
    /// 一起移除，代办取消 / removed too, errands cancelled
    Remove,
}

/// How far new secrets are tried out before they are stored.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct TrialFlags {
    /// 服务认了才存 / stores only what the service takes
    #[arg(long, conflicts_with = "unchecked")]
    pub(super) checked: bool,
    /// 不试就存 / stores without trying
    #[arg(long)]
    pub(super) unchecked: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RoleArg {
    Admin,
    Member,
    Viewer,
}

#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// 新建凭证，只显示一次 / makes a token, shown once
    Create {
        #[arg(long)]
        name: String,
        #[arg(long, value_enum, default_value = "write")]
        scope: ScopeArg,
        /// 属于哪个用户 / whose
        #[arg(long)]
        user: Option<String>,
    },
    /// 列出凭证 / lists tokens
    List,
    /// 作废凭证 / revokes a token
    Revoke { id: String },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ScopeArg {
    Read,
    Write,
    Admin,
}

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// 添加账号 / adds an account
    Add {
        /// permit, rail, violation, hospital, vehicle
        service: String,
        #[arg(long)]
        name: String,
        /// 明文设置 / plain settings
        #[arg(long = "set", value_name = "K=V")]
        settings: Vec<String>,
        /// 从标准输入读 JSON 形式的密钥，只能写 - / secrets as a JSON object on stdin; write -
        #[arg(long, value_name = "-", value_parser = ["-"])]
        secrets: Option<String>,
        #[command(flatten)]
        trial: TrialFlags,
    },
    /// 列出账号 / lists accounts
    List,
    /// 看一个账号 / shows an account
    Show { id: String },
    /// 登录，在终端里一步步来 / signs in, step by step in the terminal
    SignIn {
        id: String,
        /// 登录方式 / which way
        #[arg(long)]
        way: Option<String>,
        /// 先改明文设置 / plain settings to change first
        #[arg(long = "set", value_name = "K=V")]
        settings: Vec<String>,
        /// 先换上标准输入里 JSON 形式的新密钥，只能写 - / new secrets first, a JSON object on stdin; write -
        #[arg(long, value_name = "-", value_parser = ["-"])]
        secrets: Option<String>,
        #[command(flatten)]
        trial: TrialFlags,
    },
    /// 删除账号及其密钥 / removes an account and its secrets
    Remove { id: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum Ask {
    /// 列出等着你的事 / lists what waits for you
    List {
        /// 连同已答的和过期的 / also what is answered or expired
        #[arg(long)]
        all: bool,
    },
    /// 看一件事 / shows one
    Show {
        id: String,
        /// 把图片存到文件 / saves its picture to a file
        #[arg(long, value_name = "FILE")]
        save_picture: Option<PathBuf>,
    },
    /// 回答 / answers one
    Answer(Answer),
}

#[derive(Debug, Args)]
pub(super) struct Answer {
    pub id: String,
    #[command(flatten)]
    pub given: Given,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Given {
    /// 文字 / text
    #[arg(long)]
    pub text: Option<String>,
    /// 图上的点，像素 / points on the picture, in pixels
    #[arg(long = "point", value_name = "X,Y", num_args = 1..)]
    pub points: Vec<String>,
    /// 同意 / yes
    #[arg(long)]
    pub approve: bool,
    /// 不同意 / no
    #[arg(long)]
    pub deny: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Errand {
    /// 新建代办 / begins an errand
    Add {
        /// permit.keep, violation.watch, …
        kind: String,
        /// 账号的编号或名称 / an account, by id or name
        #[arg(long)]
        account: String,
        /// 愿望 / wishes
        #[arg(value_name = "K=V")]
        wishes: Vec<String>,
        /// 只说现在会做什么，什么也不改 / only says what it would do now
        #[arg(long)]
        dry_run: bool,
    },
    /// 列出代办 / lists errands
    List,
    /// 看一件代办 / shows an errand
    Show { id: String },
    /// 为什么在这一步 / why it is where it is
    Why { id: String },
    /// 全部经过 / its history
    History {
        id: String,
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// 现在就看一次 / has a look now
    Run { id: String },
    /// 暂停 / stops for a while
    Pause { id: String },
    /// 恢复 / goes on
    Resume { id: String },
    /// 取消 / stops for good
    Cancel { id: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum Permit {
    /// 全部车辆和记录 / all vehicles and records
    Status { account: String },
    /// 取消一张证 / cancels one
    Cancel { account: String, record: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum Rail {
    /// 找车站 / finds stations
    Stations {
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// 余票 / left tickets
    Tickets {
        #[arg(long)]
        from: String,
        #[arg(long)]
        to: String,
        /// YYYY-MM-DD
        #[arg(long)]
        date: String,
        /// 只看这些车次 / only these trains
        #[arg(long = "train")]
        trains: Vec<String>,
        /// 学生票 / student tickets
        #[arg(long)]
        student: bool,
    },
    /// 经停站 / where a train stops
    Stops {
        #[arg(long)]
        train_no: String,
        #[arg(long)]
        from: String,
        #[arg(long)]
        to: String,
        #[arg(long)]
        date: String,
    },
    /// 换乘一次的走法 / journeys with one change
    Transfers {
        #[arg(long)]
        from: String,
        #[arg(long)]
        to: String,
        /// YYYY-MM-DD
        #[arg(long)]
        date: String,
        /// 学生票 / student tickets
        #[arg(long)]
        student: bool,
        /// 只剩无座的也列 / also where only standing room is left
        #[arg(long)]
        standing: bool,
    },
    /// 各站几点开售 / when sales open, by station
    SaleTimes {
        #[arg(required = true)]
        stations: Vec<String>,
    },
    /// 账号里的乘车人 / whom an account may buy for
    Passengers { account: String },
    /// 订单，按下单日期 / orders, by the day they were made
    Orders {
        account: String,
        /// 从哪天起，YYYY-MM-DD；不写是 30 天前 / the first day; thirty days back when left out
        #[arg(long)]
        from: Option<String>,
        /// 到哪天止；不写是今天 / the last day; today when left out
        #[arg(long)]
        to: Option<String>,
        /// 看历史订单，不写是未出行的 / journeys that are over, instead of those to come
        #[arg(long)]
        past: bool,
    },
    /// 没付款的和还在排队的订单 / what waits for its payment, or is still queued
    Unfinished { account: String },
    /// 候补订单 / standby orders
    Standby { account: String },
    /// 取消一张没付款的订单；算进当天的取消次数 / cancels an unpaid order; counts towards the day's cancellations
    CancelOrder {
        account: String,
        order_no: String,
        /// 确认取消 / really do it
        #[arg(long)]
        yes: bool,
    },
    /// 撤回一张候补 / withdraws a standby order
    WithdrawStandby {
        account: String,
        reserve_no: String,
        /// 押金已经付了 / its deposit is paid
        #[arg(long)]
        paid: bool,
        /// 确认撤回 / really do it
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Violation {
    /// 查一辆车；不加 --spend 只用存下的结果 / checks a car; without --spend a stored answer is used
    Check {
        account: String,
        #[arg(long)]
        plate: Option<String>,
        /// 可以花一次查询的钱 / one paid query may be spent
        #[arg(long)]
        spend: bool,
    },
    /// 记下自己在交管12123看到的条数，不花钱 / notes what you saw in 交管12123 yourself; costs nothing
    Note {
        account: String,
        #[arg(long)]
        plate: String,
        /// 没处理的条数 / fines still open
        #[arg(long)]
        open: u32,
        /// 想记的话 / words of your own
        #[arg(long)]
        note: Option<String>,
    },
    /// 本月查询账 / this month's queries
    Ledger { account: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum Hospital {
    /// 找医院 / finds hospitals
    Find {
        /// 名称的一部分 / a part of the name
        text: Vec<String>,
        /// 级别，114 的编号 / level, the service's number
        #[arg(long)]
        level: Option<String>,
        /// 区域，114 的编号 / area, the service's number
        #[arg(long)]
        area: Option<String>,
    },
    /// 一家医院的科室 / departments of a hospital
    Departments {
        /// 医院编码 / the hospital's code
        hos: String,
        /// 名称的一部分 / a part of the name
        text: Option<String>,
    },
    /// 科室的日历 / a department's calendar
    Calendar {
        /// 医院、一级、二级编码，或科室页的网址 / three codes, or the address of the department's page
        #[arg(required = true, num_args = 1..=3, value_name = "HOS FIRST SECOND | URL")]
        department: Vec<String>,
    },
    /// 某天的号 / what there is on a day
    Slots {
        /// 三个编码或网址，再加日期 YYYY-MM-DD / three codes or an address, then the day
        #[arg(required = true, num_args = 2..=4, value_name = "HOS FIRST SECOND | URL> <DATE")]
        department: Vec<String>,
    },
    /// 账号里的就诊人 / whom an account may book for
    Patients { account: String },
    /// 账号里的订单 / orders of an account
    Orders { account: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum Car {
    /// 车况 / what a car tells
    Status {
        account: String,
        /// 车架号末四位 / the last four characters of its number
        #[arg(long)]
        car: Option<String>,
        /// 叫醒车报一次，费一点小电瓶 / wakes the car for it, at the cost of a little 12 V battery
        #[arg(long)]
        fresh: bool,
    },
    /// 账号里的车 / the cars of an account
    List { account: String },
    /// 车机流量 / the data left on its SIM card
    Data {
        account: String,
        #[arg(long)]
        car: Option<String>,
    },
    /// 发过的操作 / commands that were given
    Commands {
        account: String,
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// 锁车 / locks the doors
    Lock(Told),
    /// 解锁，先问你 / unlocks the doors; asks you first
    Unlock {
        #[command(flatten)]
        told: Told,
        /// 几分钟，1 到 3 / for so many minutes, 1 to 3
        #[arg(long, value_name = "N")]
        minutes: Option<String>,
    },
    /// 启动发动机，先问你 / starts the engine; asks you first
    Start {
        #[command(flatten)]
        told: Told,
        /// 几分钟后熄火，1 到 15 / stops after so many minutes, 1 to 15
        #[arg(long, value_name = "N")]
        minutes: Option<String>,
    },
    /// 熄火 / stops the engine
    Stop(Told),
    /// 闪灯或鸣笛找车 / makes the car flash or sound
    Find {
        #[command(flatten)]
        told: Told,
        /// lights, horn, both
        #[arg(long)]
        what: Option<String>,
    },
    /// 关窗 / closes the windows
    CloseWindows(Told),
    /// 开窗透气，先问你 / opens the windows a little; asks you first
    VentWindows(Told),
    /// 打开后备箱，先问你 / opens the boot; asks you first
    OpenTrunk(Told),
}

/// To which car something is told.
#[derive(Debug, Args)]
pub(super) struct Told {
    /// 账号的编号或名称 / an account, by id or name
    pub account: String,
    /// 车架号末四位；不写是平常用的那辆 / the last four characters of its number; the usual car when left out
    #[arg(long)]
    pub car: Option<String>,
    /// 要问的直接算同意 / what would be asked is answered with yes
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Channel {
    /// 添加渠道 / adds a channel
    Add {
        /// webhook, email, wecom_robot, …
        kind: String,
        #[arg(long)]
        name: String,
        #[arg(long = "set", value_name = "K=V")]
        settings: Vec<String>,
        #[arg(long, value_name = "-", value_parser = ["-"])]
        secrets: Option<String>,
    },
    /// 列出渠道 / lists channels
    List,
    /// 试发一条，显示对方的回答 / sends a test and shows the provider's answer
    Test { id: String },
    /// 删除渠道 / removes a channel
    Remove { id: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum AuditLog {
    /// 谁在什么时候做了什么，新的在前 / who did what and when, newest first
    List {
        /// 最多几行 / how many lines at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// 只看这个编号以前的 / those before this number
        #[arg(long)]
        before: Option<i64>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Outbox {
    /// 最近的通知 / the last notices
    List,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum Config {
    /// 检查设置 / checks the settings
    Check,
    /// 全部设置及来源 / all settings and where they came from
    Dump,
    /// daiban.toml 的 JSON Schema / its JSON Schema
    Schema,
}
