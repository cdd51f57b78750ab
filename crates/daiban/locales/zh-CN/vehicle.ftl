### 车。键以 vehicle- 开头。

# car.html
vehicle-ask-for-it = 查一次流量
vehicle-commands = 发过的操作
vehicle-fuel-and-kilometres = 油量和里程
vehicle-let-daiban-watch-the-car = 让代办看着车，油量、里程、小电瓶就会记下来，画在这里。
vehicle-next-look = 下次看
vehicle-none-yet = 还没有发过。
vehicle-not-asked-for-yet = 还没查过。
vehicle-nothing-is-recorded-yet-it = 还没记下过读数；车报了就画在这里。
vehicle-the-watch = 看着车的代办
vehicle-watch-this-car = 看着这辆车
vehicle-which-car = 哪辆车

# car_chart.html
vehicle-dashed-days-are-not-known = 虚线的日子不知道。
vehicle-where-the-line-is-broken = 断开的地方没有读数。

# car_commands.html
vehicle-a-command-counts-once-the = 发出后要等车回话才算数；没等到会写「没确认」，不会当作成功，也不会自动重发。
vehicle-asks-the-cloud-the-car = 问云端，不吵醒车
vehicle-commands-2 = 操作
vehicle-has-it-report-at-the = 叫醒车报一次，费一点小电瓶；过几秒再看一次才是新的
vehicle-look = 看一次
vehicle-sending-it-to-the-car = 正在发给车，等它接下
vehicle-wake = 叫醒
vehicle-wake-it = 叫醒再看

# car_live.html
vehicle-at-most = 最多再等
vehicle-just-now = 刚才
vehicle-longer-than-usual-still-waiting = 比平时久，还在等
vehicle-on-its-way = 正在做
vehicle-s = 秒
vehicle-the-car = 车况
vehicle-the-car-warns = 车在提醒：
vehicle-this-car-has-not-been = 还没看过这辆车，什么都不知道。

# car_order.html
vehicle-all-that-happened = 全部经过
vehicle-given-at = 从哪里发的
vehicle-stops-by-itself = 自己熄火

# car_picture.html
vehicle-the-car-from-above = 车况俯视图

# car_readings.html
vehicle-more-readings = 更多读数
vehicle-none-yet-press-look = 还没有读数。点左边的「看一次」。
vehicle-on-the-map = 在地图上看
vehicle-position = 位置
vehicle-readings = 读数
vehicle-values-that-were-not-understood = 另有没看懂的值：

# car_sim.html
vehicle-left = 还剩
vehicle-left-2 = 剩
vehicle-of = 共
vehicle-package = 套餐
vehicle-packages = 套餐
vehicle-until = 到

# car_watch.html
vehicle-not-looked-at-yet-it = 还没看过；看到以后这里画出来。
vehicle-the-cars-page = 看车、发操作

# cars.html
vehicle-add-a-lynk-co-account = 加一个领克账号
vehicle-no-car-yet = 还没有车
vehicle-once-there-is-a-lynk = 加了领克账号以后，这里画出车门、车窗、胎压、油量，并能锁车、找车、启动。

# vehicle/areas.rs
vehicle-give-the-place-a-name = 给这个地方起个名字，不要带冒号、逗号、分号
vehicle-write-latitude-longitude-such-as = 坐标写成 纬度,经度，例如 39.9087,116.3975

# vehicle/chart.rs
vehicle-last-of-the-day = 当天最后一次

# vehicle/commands.rs
vehicle-agreed = 点头
vehicle-asked-for = 提出
vehicle-both = 闪灯鸣笛
vehicle-by-the-report-of = 车的那次报告
vehicle-horn = 鸣笛
vehicle-how = 怎么找
vehicle-it-does-not-count-as = 不当作成功，也不会自动重发。到车边看一下，或叫醒车再看。
vehicle-known = 有结果
vehicle-lights = 闪灯
vehicle-min = 分钟
vehicle-minutes = 几分钟
vehicle-sent = 发出

# vehicle/days.rs
vehicle-distance = 里程
vehicle-kilometres-by-day-14-days = 14 天每天里程
vehicle-not-driven-on-days-that = 看得到的日子没开过。

# vehicle/facts.rs
vehicle-card = 卡号
vehicle-days-left = 还有
vehicle-in-all = 一共
vehicle-of-unknown-age = 什么时候的未知
vehicle-the-card-ends = 卡到期
vehicle-until-2 = 用到
vehicle-used = 用了

# vehicle/page.rs
vehicle-asking-for-the-data-of = 正在查流量
vehicle-asking-the-cloud = 正在问云端
vehicle-not-looked-at-yet = 还没看过
vehicle-waking-the-car = 正在叫醒车

# vehicle/picture.rs
vehicle-bonnet = 机盖未知
vehicle-bonnet-2 = 机盖
vehicle-bonnet-open = 机盖开着
vehicle-bonnet-shut = 机盖关
vehicle-boot = 后备箱未知
vehicle-boot-2 = 后备箱
vehicle-boot-open = 后备箱开着
vehicle-boot-shut = 后备箱关
vehicle-boot-unlocked = 后备箱没锁
vehicle-door = 门未知
vehicle-door-open = 门开着
vehicle-doors = 车门
vehicle-front-at-the-top = 车头朝上
vehicle-lock = 锁未知
vehicle-open = 门开着
vehicle-sunroof = 天窗
vehicle-the-car-warns-2 = 车在报警
vehicle-tyres = 胎压
vehicle-unlocked = 没锁
vehicle-warns = （报警）
vehicle-window = 窗未知
vehicle-window-open = 窗开着
vehicle-window-shut = 窗关
vehicle-windows = 车窗

# vehicle/place.rs
vehicle-datum-unknown-may-be-off = 坐标系未知，可能偏几百米
vehicle-known-2 = 有位置
vehicle-the-car-does-not-say = 车没说可不可信
vehicle-the-car-does-not-tell = 车没报
vehicle-the-car-marks-it-as = 车标了「不可信」

# vehicle/readings.rs
vehicle-12-v-battery = 小电瓶
vehicle-average-speed = 平均车速
vehicle-charge = 电量
vehicle-charging = 在充电
vehicle-charging-2 = 充电
vehicle-charging-flap = 充电口盖
vehicle-consumption = 平均油耗
vehicle-coolant = 水温
vehicle-electric-range = 纯电续航
vehicle-engine = 发动机
vehicle-fuel = 油量
vehicle-fuel-flap = 油箱盖
vehicle-gear = 档位
vehicle-hand-brake = 手刹
vehicle-inside = 车内
vehicle-key = 钥匙
vehicle-last-drive = 上次开的油耗
vehicle-not-charging = 没在充
vehicle-not-plugged-in = 没插枪
vehicle-odometer = 总里程
vehicle-outside = 车外
vehicle-parking-brake = 电子手刹
vehicle-plugged-in = 插着枪
vehicle-pm2-5-inside = 车内 PM2.5
vehicle-pm2-5-outside = 车外 PM2.5
vehicle-range = 续航
vehicle-service = 保养
vehicle-speed = 车速
vehicle-sun-blind = 遮阳帘
vehicle-sunroof-2 = 天窗
vehicle-the-car-does-not-say-2 = 车没说是什么时候报的

# vehicle/words.rs
vehicle-do-not = 不解锁
vehicle-do-not-2 = 不启动
vehicle-do-not-3 = 不开
vehicle-do-not-4 = 不发
vehicle-do-not-open-it-where = 身边没人看着就不要开。发出后撤不回。
vehicle-do-not-unlock-it-where = 身边没人看着就不要解锁。发出后撤不回。
vehicle-it-is-not-locked-the = 不锁，车还是现在这样。
vehicle-it-is-not-started-nothing = 按不启动算，什么也不发。
vehicle-it-stays-as-it-is = 按不开算，什么也不发。
vehicle-it-stays-locked-nothing-is = 按不解锁算，什么也不发。
vehicle-leave-it = 不锁
vehicle-lock-it = 锁车
vehicle-never-start-it-in-a = 车在车库或屋里就不要启动，废气会要命。发出后撤不回。
vehicle-nothing-is-sent = 按不发算。
vehicle-open-the-boot = 打开后备箱
vehicle-open-them = 开窗
vehicle-send-it = 发
vehicle-start-it = 启动
vehicle-they-stay-as-they-are = 按不开算，什么也不发。
