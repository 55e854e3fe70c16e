/** Tells an MLflow server about runs, in the words of MLflow, by MLflow's own client. */
@NullMarked
package dev.ftpipe.mlflow;

import org.jspecify.annotations.NullMarked;
