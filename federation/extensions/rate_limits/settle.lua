-- Charge what calls really cost. KEYS: one for each charge. ARGV: the time (0: this server's); for each charge the limit,
-- window, step and burst of its bucket, when it was charged, and how much more (or, negative, less) it really was.
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function exact(key, window, step, at, more)
  local state = redis.call('GET', key) or ''
  local steps, counts = {}, {}
  for place = 1, #state, 16 do
    local index, many = struct.unpack('<dd', state, place)
    if (index + 1) * step - 1 + window > now then
      steps[#steps + 1], counts[#counts + 1] = index, many
    end
  end
  if more > 0 then
    local index = math.max(math.floor(now / step), steps[#steps] or 0)
    if steps[#steps] ~= index then
      steps[#steps + 1], counts[#counts + 1] = index, 0
    end
    counts[#counts] = counts[#counts] + more
  else
    for place, index in ipairs(steps) do
      if index == math.floor(at / step) then counts[place] = math.max(0, counts[place] + more) end
    end
  end
  local parts = {}
  for place, index in ipairs(steps) do parts[place] = struct.pack('<dd', index, counts[place]) end
  redis.call('SET', key, table.concat(parts), 'PX', math.ceil((window + step) / 1000))
end

local function paced(key, limit, step, burst, more)
  local full = math.max(tonumber(redis.call('GET', key) or 0), now)
  full = math.max(now, math.min(full + more * step, now + (burst + limit) * step))
  redis.call('SET', key, string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000) + 1)
end

for index, key in ipairs(KEYS) do
  local first = 2 + (index - 1) * 6
  local limit, window, step = tonumber(ARGV[first]), tonumber(ARGV[first + 1]), tonumber(ARGV[first + 2])
  local burst, at, more = tonumber(ARGV[first + 3]), tonumber(ARGV[first + 4]), tonumber(ARGV[first + 5])
  if burst > 0 then
    paced(key, limit, step, burst, more)
  else
    exact(key, window, step, at, more)
  end
end
return 'OK'
