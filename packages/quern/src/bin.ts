#!/usr/bin/env node
import { run } from '@quern/cli'
import * as quern from './index.js'

process.exitCode = await run(process.argv.slice(2), quern)
