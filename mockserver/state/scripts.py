"""What Redis does at one instant: scripts in Lua, over the keys of one world.

``KEYS`` are those of ``KEYS`` below, in their order. Whatever is appended together leaves a mark,
an id of its own, at the position where it ends. The first two arguments are the position up to
which the caller has read, and the mark that was there: so two histories can be told apart.
"""

__all__ = [
    "AGREE", "APPEND", "CLEAR_EXCHANGES", "EXCHANGE_KEYS", "KEYS", "REMOVE_EXCHANGES", "RESTORE",
    "SEE", "SINCE", "WRITE_EXCHANGES",
]  # fmt: skip

# One slot, where the store is a cluster.
_NAMES = ("marks", "position", "log", "numbers", "world", "seen")
KEYS = tuple(f"{{active-calls}}:{name}" for name in _NAMES)

# Marks have a sequence number, so that there can be one at position 0.
_MARKS = """
local function mark(position)
  local id = string.format('%d-1', position)
  local found = redis.call('XRANGE', KEYS[1], id, id)[1]
  return found and found[2][2] or ''
end
local function set_mark(position, text)
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', 10000, string.format('%d-1', position), 'm', text)
end
"""

# A store has lost something where it has lost everything, ends earlier, or has another mark. One in
# which nobody has appended for very long may have no marks any more.
_STATE = (
    _MARKS
    + """
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local after = tonumber(ARGV[1])
local lost = redis.call('EXISTS', KEYS[5]) == 0 or last < after
if not lost and after > 0 and ARGV[2] ~= '' and mark(after) ~= ARGV[2] then
  lost = redis.call('EXISTS', KEYS[1]) == 1
end
local function answer(own)
  local entries = {}
  if not lost and last > after then
    entries = redis.call('XRANGE', KEYS[3], '(' .. ARGV[1] .. '-0', '+')
  end
  return {lost and 1 or 0, last, mark(last), entries, redis.call('TIME'), own}
end
"""
)

# → whether it was lost, position, mark, the entries, the instant by the server's clock, and 0
SINCE = _STATE + "return answer(0)"

# Each entry: workspace, its number or 0 for the next one, its text, its id, and what it is:
# 'event', 'other' without a number, or 'forget', which removes all of the workspace.
_ADD = """
local function add(position, workspace, number, text, id, sort)
  number = tonumber(number)
  if sort == 'event' then
    local latest = tonumber(redis.call('HGET', KEYS[4], workspace) or '0')
    if number == 0 then number = latest + 1 end
    redis.call('HSET', KEYS[4], workspace, string.format('%d', math.max(latest, number)))
  elseif sort == 'forget' then
    redis.call('HDEL', KEYS[4], workspace)
    redis.call('DEL', KEYS[6] .. ':' .. workspace)
  end
  redis.call('XADD', KEYS[3], position .. '-0',
    'w', workspace, 'n', string.format('%d', number), 'e', text, 'i', id)
end
"""

# Arguments: position, mark, a new mark, seconds to live, '1' to append only where nobody else has
# since, then the entries → as SINCE, and the first own position, 0 if it was not done
APPEND = (
    _STATE
    + _ADD
    + """
if lost or (ARGV[5] == '1' and last ~= after) then return answer(0) end
local own = last + 1
for i = 6, #ARGV, 5 do
  add(redis.call('INCR', KEYS[2]), ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4])
end
last = tonumber(redis.call('GET', KEYS[2]))
set_mark(last, ARGV[3])
for _, key in ipairs({1, 3, 4}) do redis.call('EXPIRE', KEYS[key], ARGV[4]) end
return answer(own)
"""
)

# Arguments: position, mark, the world, seconds to live, how many marks the caller knows, these,
# each after its position, then the entries, each after its position. They are written only where
# the store has lost everything → 1 if that was so, and up to which position the store has, or has
# had, what the caller has read
RESTORE = (
    _STATE
    + _ADD
    + """
local first = 6 + 2 * tonumber(ARGV[5])
if redis.call('EXISTS', KEYS[5]) == 0 then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
  redis.call('SET', KEYS[5], ARGV[3])
  redis.call('SET', KEYS[2], ARGV[1])
  set_mark(0, '-')
  for i = 6, first - 1, 2 do set_mark(tonumber(ARGV[i]), ARGV[i + 1]) end
  for i = first, #ARGV, 6 do
    add(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5])
  end
  for _, key in ipairs({1, 3, 4}) do redis.call('EXPIRE', KEYS[key], ARGV[4]) end
  return {1, after}
end
if not lost then return {0, after} end
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if last >= after and oldest and after < tonumber(string.match(oldest[1], '^%d+')) then
  return {0, after}  -- the caller was away for long: its mark has gone
end
local known = 0
for i = 6, first - 1, 2 do
  local position = tonumber(ARGV[i])
  if position > known and mark(position) == ARGV[i + 1] then known = position end
end
return {0, known}
"""
)

# Arguments: seconds to live, rooms of a workspace at most, rooms of all, now; then for each event
# workspace, room, instant. Which of all is the oldest tells a set of its own.
SEE = """
local function name(workspace, room) return #workspace .. ':' .. workspace .. room end
for i = 5, #ARGV, 3 do
  local rooms = KEYS[6] .. ':' .. ARGV[i]
  redis.call('ZADD', KEYS[6], ARGV[4], name(ARGV[i], ARGV[i + 1]))
  redis.call('ZADD', rooms, ARGV[i + 2], ARGV[i + 1])
  while redis.call('ZCARD', rooms) > tonumber(ARGV[2]) do
    redis.call('ZREM', KEYS[6], name(ARGV[i], redis.call('ZPOPMIN', rooms)[1]))
  end
  redis.call('EXPIRE', rooms, ARGV[1])
end
redis.call('EXPIRE', KEYS[6], ARGV[1])
while redis.call('ZCARD', KEYS[6]) > tonumber(ARGV[3]) do
  local oldest = redis.call('ZPOPMIN', KEYS[6])[1]
  local colon = string.find(oldest, ':', 1, true)
  local last = colon + tonumber(string.sub(oldest, 1, colon - 1))
  redis.call('ZREM', KEYS[6] .. ':' .. string.sub(oldest, colon + 1, last),
    string.sub(oldest, last + 1))
end
"""

# Arguments: the world → the world that holds
AGREE = (
    _MARKS
    + """
if redis.call('SET', KEYS[5], ARGV[1], 'NX') then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
  set_mark(0, '-')
end
return redis.call('GET', KEYS[5])
"""
)

# Exchanges: the latest of applications, and the mock's own, each in a set sorted by number; those
# that wait by their mark.
_EXCHANGES = ("number", "exchanges", "own", "waiting", "cleared")
EXCHANGE_KEYS = tuple(f"{{active-calls}}:journal:{name}" for name in _EXCHANGES)

# Arguments: seconds to live, how many are kept, and of the own ones, how many are left out; then
# for each its mark, 'waiting', 'over' or '', whether it is own, and itself. One that is over has
# the number with which it waited, and none where it was forgotten since.
WRITE_EXCHANGES = """
redis.call('INCRBY', KEYS[1], ARGV[4])
for i = 5, #ARGV, 4 do
  local mark, state, packed = ARGV[i], ARGV[i + 1], ARGV[i + 3]
  local number
  if state == 'over' then
    number = redis.call('HGET', KEYS[4], mark)
    redis.call('HDEL', KEYS[4], mark)
    if number then
      redis.call('ZREMRANGEBYSCORE', KEYS[2], number, number)
      redis.call('ZREMRANGEBYSCORE', KEYS[3], number, number)
    end
  else
    number = redis.call('INCR', KEYS[1])
    if state == 'waiting' then redis.call('HSET', KEYS[4], mark, number) end
  end
  if number then
    local key = ARGV[i + 2] == '1' and KEYS[3] or KEYS[2]
    redis.call('ZADD', key, number, number .. ':' .. packed)
  end
end
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - tonumber(ARGV[2]))
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - tonumber(ARGV[3]))
for i = 1, 4 do redis.call('EXPIRE', KEYS[i], ARGV[1]) end
"""

# Arguments: the numbers → nothing; those that wait are not written when they are over
REMOVE_EXCHANGES = """
local gone = {}
for _, number in ipairs(ARGV) do
  gone[number] = true
  redis.call('ZREMRANGEBYSCORE', KEYS[2], number, number)
  redis.call('ZREMRANGEBYSCORE', KEYS[3], number, number)
end
local waiting = redis.call('HGETALL', KEYS[4])
for i = 1, #waiting, 2 do
  if gone[waiting[i + 1]] then redis.call('HDEL', KEYS[4], waiting[i]) end
end
"""

# Forgets all that are over
CLEAR_EXCHANGES = """
local latest = redis.call('GET', KEYS[1]) or '0'
local waits = {}
for _, number in ipairs(redis.call('HVALS', KEYS[4])) do waits[number] = true end
for i = 2, 3 do
  for _, member in ipairs(redis.call('ZRANGE', KEYS[i], 0, -1)) do
    if not waits[string.match(member, '^%d+')] then redis.call('ZREM', KEYS[i], member) end
  end
end
redis.call('SET', KEYS[5], latest, 'EX', ARGV[1])
"""
