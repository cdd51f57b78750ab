### 账号。键以 accounts- 开头。

# account.html
accounts-change-token-and-settings = 换令牌、改设置
accounts-go-on-signing-in = 登录到一半，接着来
accounts-last-worked = 上次能用
accounts-name = 名称
accounts-never = 还没有登录过
accounts-remove-this-account = 删掉这个账号…
accounts-save-it-try-later = 先存下，以后再试
accounts-secrets-are-never-shown-left = 密码和令牌不显示；空着就不变。填了新的先试一次，能用才换上；不能用，旧的照旧。
accounts-shared-with-the-household-use = 这个账号和全家共享：可以用它办事、回答它的待办，改和删只有主人能做。
accounts-sign-in-so = 用这个登录
accounts-signed-in = 登录于
accounts-step-by-step = 一步步怎么做
accounts-until = 到什么时候

# account_kept.html
accounts-secrets-typed-just-now-are = 刚才填的密码和令牌还留着（15 分钟），空着就用它们。

# account_new.html
accounts-add-an-account = 加一个账号：
accounts-have-at-hand = 先备好
accounts-more-settings = 更多设置
accounts-other-ways = 别的登录方式
accounts-such-as-whose-or-which = 例如谁的、哪辆车的
accounts-what-is-wrong-is-pointed = 填错了会指出哪一项，什么也不存。密码和令牌加密存在这台机器上，页面、日志里都看不到。

# account_remove.html
accounts-already-done = 已经办成的
accounts-cancelled = 会停下
accounts-errands = 件代办
accounts-remove-account = 删掉账号
accounts-remove-this-account-2 = 删掉这个账号？
accounts-stays-tickets-bookings-and-permits = 不受影响：票、号、证都还是你的
accounts-stored-passwords-tokens-and-its = 存着的密码、令牌和登录

# account_share.html
accounts-members-see-it-its-errands = 成员能看到它、它的代办和里面的人，能用它办事、回答它的待办；车的位置也看得到，也能给车发指令。改和删只有你能做。
accounts-save = 保存共享
accounts-share-this-account = 全家共享这个账号
accounts-share-with-the-household = 和家里人共享

# account_untried.html
accounts-it-could-not-be-tried = 没试成，什么也没存。
accounts-whether-it-works-is-not = 能不能用还不知道。可以再试一次，也可以先存下，以后再试。

# accounts.html
accounts-accounts = 个账号
accounts-go-on = 接着登录
accounts-new-token = 换令牌
accounts-passwords-and-tokens-are-sealed = 密码和令牌加密存在这台机器上，页面、日志里都看不到。
accounts-to-sign-in-again = 个要重新登录

# accounts/guide.rs
accounts-12306-sends-a-text-message = 登录时 12306 往账号的手机发短信，你填短信码
accounts-a-fresh-auth-code-and = 填刚取到的授权码和签名密钥；一个码只能用一次
accounts-a-phone-with-the-12306 = 装了铁路12306 App、登录着你自己账号的手机
accounts-a-tool-that-shows-your = 能看自己手机请求的工具（抓包工具）；没有就用“小程序表单”
accounts-a-tool-that-shows-your-2 = 能看自己手机请求的工具（抓包工具），和签名密钥：代办不带密钥
accounts-adding-asks-nothing-and-costs = 加的时候不查询、不花钱；第一次查询才知道密钥对不对
accounts-an-account-at-storeapi-net = storeapi.net（挖数据）的账号，买了违章查询（产品 65/173），一次约 0.14 元；它自己的页面也不保证一直卖
accounts-an-account-of-the-makers = 车主 App 的账号；最好是车分享到的第二个账号，同一个账号会和手机互相挤下线
accounts-copy-access-token-and-refresh = 从登录或换令牌的回答里抄 access token 和 refresh token，从请求里抄 userId 和 x-client-id
accounts-daiban-shows-you-a-picture = 加上以后，代办给你一张图，你读图上的字
accounts-daiban-shows-you-a-picture-2 = 代办给你一张图，你读图上的字；读对了 114 才发短信
accounts-does-not-run-out-by = 接口凭据不会自己过期
accounts-fill-in-name-id-number = 填姓名、身份证号、手机号；服务地址用 1443 端口
accounts-fill-in-plate-engine-number = 照行驶证填车牌、发动机号、车架号
accounts-fill-in-the-phone-registered = 填在 114 注册的手机号
accounts-fill-in-the-signing-key = 填签名密钥；抄来的是 base64 就在“更多设置”里说明
accounts-find-a-request-to-jjz = 在工具里找发往 jjz.jtgl.beijing.gov.cn 的请求，复制请求头里 Authorization 的值
accounts-give-it-a-name-and = 起个名字，点“加上，去扫码”
accounts-look-at-the-port-of = 看一眼那个地址的端口：和下面“服务地址”不一样，就照它填
accounts-no-password-is-needed-here = 这一台不用知道你的密码
accounts-paste-it-below-and-try = 粘贴到下面，点“试一次，好了就存”
accounts-scan-the-code-with-the = 用铁路12306 App 扫出来的码，在手机上点确认
accounts-sign-in-at-the-provider = 登录服务商后台，进“我的应用”，复制 appid 和密钥
accounts-start-the-tool-on-your = 在手机上打开抓包工具，再打开北京交警 App 或小程序，登录，进“进京证”那一页
accounts-start-the-tool-on-your-2 = 在手机上打开抓包工具，再打开车主 App，看一次车况
accounts-the-people-you-buy-for = 在 12306 里实名过、要一起买票的乘车人
accounts-the-phone-registered-with-114 = 在 114 注册过的手机号，登录时要收短信
accounts-the-service-does-not-say = 服务没有公开说能撑多久；断了代办马上告诉你
accounts-the-user-name-at-12306 = 填 12306 的用户名（不是手机号、邮箱）、密码、证件号后四位，三样都要
accounts-the-vehicle-licence-plate-engine = 行驶证：车牌、发动机号、车架号
accounts-then-sign-in-daiban-exchanges = 加上以后点登录，代办用它换一次令牌
accounts-then-the-code-of-the = 再填手机收到的短信码
accounts-to-know-since-8-dec = 要知道：114 网页从 2023 年 12 月 8 日起公告停了网上预约，这里能不能挂上要看它开没开
accounts-try-it-daiban-lists-the = 点“试一次，好了就存”：代办只列一次车，然后自己换新令牌
accounts-type-the-six-digits-in = 填短信里的 6 位数字
accounts-where-it-gives-you-an = 后台给了你自己的接口地址，就填到“更多设置”里的地址
accounts-where-it-wants-a-slider = 它要滑块时改用扫码；代办不滑
accounts-your-own-account-with-the = 自己的北京交警账号，车已经加在里面

# accounts/mod.rs
accounts-in-order = 正常
accounts-not-signed-in-yet = 还没登录好
accounts-scan-to-sign-in = 扫码登录
accounts-sign-in-again = 要你登录
accounts-tried-it-works = 试过了，能用。

# accounts/new.rs
accounts-add-it = 加上
accounts-add-it-and-scan = 加上，去扫码
accounts-add-it-and-sign-in = 加上，去登录
accounts-try-it-then-save = 试一次，好了就存
