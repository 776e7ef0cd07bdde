-- Decide about all buckets of an operation at once, as federation/extensions/rate_limits/decision.py says.
-- KEYS: one for each bucket. ARGV: the time (0: this server's); for each bucket its limit, window, step and burst; then
-- the number of asks, and for each its calls, the ask that it needs (-1: none), the number of its charges, and for each
-- charge the bucket and the amount.
-- Gives: the time; for each ask what is let pass and the wait of the rest; for each bucket what remains and its reset.
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local position = 1
local function number()
  position = position + 1
  return tonumber(ARGV[position])
end

local function exact(key, limit, window, step)
  local count = { most = limit, key = key }
  local state = redis.call('GET', key) or ''
  local steps, counts, used = {}, {}, 0
  local function ends(at) return (at + 1) * step - 1 + window end
  for place = 1, #state, 16 do
    local at, many = struct.unpack('<dd', state, place)
    if ends(at) > now then
      steps[#steps + 1], counts[#counts + 1] = at, many
      used = used + many
    end
  end
  function count.room() return limit - used end
  function count.take(amount)
    local at = math.max(math.floor(now / step), steps[#steps] or 0)
    if steps[#steps] ~= at then
      steps[#steps + 1], counts[#counts + 1] = at, 0
    end
    counts[#counts] = counts[#counts] + amount
    used = used + amount
    count.changed = true
  end
  function count.wait(amount)
    local needed = used + amount - limit
    if needed <= 0 then return 0 end
    if amount > limit then return -1 end
    for index, at in ipairs(steps) do
      needed = needed - counts[index]
      if needed <= 0 then return ends(at) - now end
    end
    return ends(steps[#steps]) - now
  end
  function count.reset() return used > 0 and ends(steps[#steps]) - now or 0 end
  function count.save()
    local parts = {}
    for index, at in ipairs(steps) do parts[index] = struct.pack('<dd', at, counts[index]) end
    redis.call('SET', key, table.concat(parts), 'PX', math.ceil((window + step) / 1000))
  end
  return count
end

local function paced(key, limit, window, step, burst)
  local count = { most = burst, key = key }
  local full = math.max(tonumber(redis.call('GET', key) or 0), now)
  function count.room() return burst - math.ceil((full - now) / step) end
  function count.take(amount)
    full = full + amount * step
    count.changed = true
  end
  function count.wait(amount)
    if amount > burst then return -1 end
    return math.max(0, full - now - (burst - amount) * step)
  end
  function count.reset() return full - now end
  function count.save()
    redis.call('SET', key, string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1)
  end
  return count
end

local buckets = {}
for index, key in ipairs(KEYS) do
  local limit, window, step, burst = number(), number(), number(), number()
  buckets[index] = (burst > 0 and paced or exact)(key, limit, window, step, burst)
end

local asks = {}
for index = 1, number() do
  local ask = { calls = number(), needs = asks[number() + 1], charges = {} }
  for charge = 1, number() do
    ask.charges[charge] = { count = buckets[number() + 1], amount = number() }
  end
  local fits = ask.calls
  if ask.needs and ask.needs.admitted == 0 then
    fits, ask.skipped = 0, true
  end
  for _, charge in ipairs(ask.charges) do
    if charge.amount * fits > charge.count.room() then
      fits = math.max(0, math.floor(charge.count.room() / charge.amount))
    end
  end
  if fits > 0 then
    for _, charge in ipairs(ask.charges) do charge.count.take(charge.amount * fits) end
  end
  ask.admitted = fits
  asks[index] = ask
end

local function wait(ask)
  local longest = 0
  for _, charge in ipairs(ask.charges) do
    local count = charge.count
    count.wanted = (count.wanted or 0) + charge.amount * (ask.calls - ask.admitted)
    local own = count.wait(charge.amount)
    if own < 0 then return -1 end
    longest = math.max(longest, own, count.wait(math.min(count.wanted, count.most)))
  end
  return longest
end

local reply = { now }
for _, ask in ipairs(asks) do
  reply[#reply + 1] = ask.admitted
  reply[#reply + 1] = ask.admitted < ask.calls and not ask.skipped and wait(ask) or 0
end
for _, count in ipairs(buckets) do
  if count.changed then count.save() end
  reply[#reply + 1] = count.room()
  reply[#reply + 1] = count.reset()
end
return reply
