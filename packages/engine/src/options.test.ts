import {
  checkCloseOptions,
  checkEngineOptions,
  checkRunOptions,
  checkStreamOptions,
  checkTransactionOptions,
  OptionError,
  poolDefaults,
  poolSettings,
} from './options.js'

test.each<[string, () => unknown, string]>([
  ['engine', () => checkEngineOptions({ ecko: true } as object), 'unknown createEngine option "ecko"; did you mean echo?'],
  ['engine', () => checkEngineOptions({ zzzzzzzz: 1 } as object), 'known are pool, echo, isolation, prepare, onConnect'],
  ['engine', () => checkEngineOptions({ isolation: 'serialisable' } as object), 'isolation must be one of'],
  ['engine', () => checkEngineOptions({ prepare: 'yes' } as object), "prepare must be 'auto' or 'never'"],
  ['pool', () => poolSettings({ max: 10 } as object), 'unknown pool option "max"'],
  ['pool', () => poolSettings({ maxOverFlow: 10 } as object), 'did you mean maxOverflow?'],
  ['pool', () => poolSettings({ size: 1.5 }), 'pool.size must be a whole number'],
  ['pool', () => poolSettings({ size: 0, maxOverflow: 0 }), 'no room'],
  ['pool', () => poolSettings({ timeout: 0 }), 'pool.timeout must be milliseconds above 0'],
  ['pool', () => poolSettings({ recycle: Number.NaN }), 'pool.recycle must be milliseconds above 0'],
  ['transaction', () => checkTransactionOptions({ readonly: true } as object), 'did you mean readOnly?'],
  ['call', () => checkRunOptions({ signals: 1 } as object), 'did you mean signal?'],
  ['call', () => checkRunOptions({ timeout: -1 }), 'timeout must be milliseconds above 0'],
  ['close', () => checkCloseOptions({ timout: 1 } as object), 'did you mean timeout?'],
  ['stream', () => checkStreamOptions({ batchSize: 0 }), 'batchSize must be a whole number above 0'],
])('%s options that cannot be are refused by name', (_, check, sentence) => {
  expect(check).toThrow(OptionError)
  expect(check).toThrow(sentence)
})

test('an undefined setting is the default', () => {
  expect(poolSettings({ size: undefined } as object)).toEqual(poolDefaults)
})
